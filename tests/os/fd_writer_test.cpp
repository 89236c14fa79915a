#include "os/fd_writer.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <csignal>

#include "os/os_fixture.hpp"
#include "os/pipe_reader.hpp"
#include "os/signals.hpp"

using namespace fanout;

TEST_CASE("everything is written, in order") {
  const Pipe pipe = std::get<Pipe>(open_pipe());
  FdWriter writer(pipe.writer.get(), "standard output");
  REQUIRE(writer.write("one "));
  REQUIRE(writer.write("two"));
  char buffer[16];
  CHECK(::read(pipe.reader.get(), buffer, sizeof buffer) == 7);
  CHECK(std::string_view(buffer, 7) == "one two");
}

TEST_CASE("a reader that went away is its own kind of error") {
  const auto loop = make_loop();
  const auto watch = SignalWatch::open(*loop, [](int) {});  // SIGPIPE would end the test
  REQUIRE(watch);
  Pipe pipe = std::get<Pipe>(open_pipe());
  pipe.reader.close();
  FdWriter writer(pipe.writer.get(), "standard output");
  const auto result = writer.write("x");
  REQUIRE(!result);
  CHECK(result.error().kind == ErrorKind::reader_gone);
}

TEST_CASE("a full device is an output error that names what was written to") {
  const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  REQUIRE(full.is_open());
  FdWriter writer(full.get(), "standard output");
  const auto result = writer.write("x");
  REQUIRE(!result);
  CHECK(result.error().kind == ErrorKind::output);
  CHECK(result.error().message == "write \"standard output\": No space left on device");
}
