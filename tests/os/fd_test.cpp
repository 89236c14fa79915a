#include "os/fd.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "os/os_fixture.hpp"

using namespace fanout;

namespace {

bool is_close_on_exec(const Fd& fd) {
  return (::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC) != 0;
}

}  // namespace

TEST_CASE("an Fd closes its descriptor once, and not after release") {
  const auto before = count_open_descriptors();
  int released = -1;
  {
    Pipe pipe = std::get<Pipe>(open_pipe());
    CHECK(count_open_descriptors() == before + 2);
    Fd moved = std::move(pipe.reader);
    CHECK(!pipe.reader.is_open());
    CHECK(moved.is_open());
    moved = std::move(pipe.writer);
    CHECK(count_open_descriptors() == before + 1);
    released = moved.release();
  }
  CHECK(count_open_descriptors() == before + 1);
  ::close(released);
}

TEST_CASE("what is opened is close-on-exec from birth") {
  const Pipe pipe = std::get<Pipe>(open_pipe());
  CHECK(is_close_on_exec(pipe.reader));
  CHECK(is_close_on_exec(pipe.writer));
  CHECK(is_close_on_exec(std::get<Fd>(memory_file("x"))));
  CHECK(is_close_on_exec(std::get<Fd>(open_for_reading("/dev/null"))));
}

TEST_CASE("a file for writing is made or emptied, or refused by name") {
  const TemporaryDirectory directory;
  const std::string path = directory / "file";
  for (const char* text : {"first", "2"}) {
    const Fd file = std::get<Fd>(open_for_writing(path));
    CHECK(is_close_on_exec(file));
    REQUIRE(write_all(file.get(), text) == 0);
  }
  const Fd file = std::get<Fd>(open_for_reading(path));
  char buffer[8];
  CHECK(::read(file.get(), buffer, sizeof buffer) == 1);
  CHECK(buffer[0] == '2');
  const auto refused = std::get<SystemFailure>(open_for_writing(directory / "none/file"));
  CHECK(refused.message() ==
        "open \"" + (directory / "none/file") + "\": No such file or directory");
}

TEST_CASE("a memory file is read from its start and then ends") {
  const Fd file = std::get<Fd>(memory_file(std::string_view("a\0b", 3)));
  char buffer[8];
  CHECK(::read(file.get(), buffer, sizeof buffer) == 3);
  CHECK(std::string_view(buffer, 3) == std::string_view("a\0b", 3));
  CHECK(::read(file.get(), buffer, sizeof buffer) == 0);
}

TEST_CASE("what a child shall read is opened for waiting reads, and refused by name") {
  const TemporaryDirectory directory;
  const auto missing = std::get<SystemFailure>(open_for_reading(directory / "none"));
  CHECK(missing.error_number == ENOENT);
  CHECK(missing.message() == "open \"" + (directory / "none") + "\": No such file or directory");
  CHECK(std::get<SystemFailure>(open_for_reading(directory.path())).error_number == EISDIR);

  const std::string fifo = directory / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  // Without a writer it would be at its end at once, and to wait for one is not ours.
  CHECK(std::get<SystemFailure>(open_for_reading(fifo)).error_number == EOPNOTSUPP);
  const Fd opened = std::get<Fd>(open_for_reading("/dev/null"));
  CHECK((::fcntl(opened.get(), F_GETFL) & O_NONBLOCK) == 0);
}
