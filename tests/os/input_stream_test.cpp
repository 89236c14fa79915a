#include "os/input_stream.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <fstream>

#include "os/os_fixture.hpp"

using namespace fanout;
using State = ByteSource::State;

namespace {

struct Source {
  Source() {
    Pipe pipe = std::get<Pipe>(open_pipe());
    writer = std::move(pipe.writer);
    reader = pipe.reader.get();
    stream = std::make_unique<InputStream>(std::move(pipe.reader), "jobs");
  }

  State read() {
    const auto state = stream->read(text);
    REQUIRE(state);
    return *state;
  }

  void write(std::string_view bytes) { REQUIRE(write_all(writer.get(), bytes) == 0); }

  Fd writer;
  int reader = -1;
  std::unique_ptr<InputStream> stream;
  std::string text;
};

}  // namespace

TEST_CASE("before it is attached a stream waits for what comes, to its end") {
  Source source;
  source.write("abc");
  CHECK(source.read() == State::bytes);
  source.writer.close();
  CHECK(source.read() == State::end);
  CHECK(source.text == "abc");
}

TEST_CASE("once attached an empty stream says not yet, and tells when there is more") {
  const auto loop = make_loop();
  Source source;
  int calls = 0;
  REQUIRE(source.stream->attach(*loop, [&] { ++calls; }));
  for (int round = 1; round <= 3; ++round) {
    CHECK(source.read() == State::not_yet);
    CHECK(source.read() == State::not_yet);
    loop->run_until(Instant::min());
    CHECK(calls == round - 1);
    source.write("x");
    run_until(*loop, [&] { return calls == round; });
    CHECK(source.read() == State::bytes);
  }
  CHECK(source.read() == State::not_yet);
  source.writer.close();
  run_until(*loop, [&] { return calls == 4; });
  CHECK(source.read() == State::end);
  CHECK(source.text == "xxx");
}

TEST_CASE("nobody is told twice, nor without having asked") {
  const auto loop = make_loop();
  Source source;
  int calls = 0;
  REQUIRE(source.stream->attach(*loop, [&] { ++calls; }));
  source.write("x");
  loop->run_until(Instant::min());
  CHECK(calls == 0);
  CHECK(source.read() == State::bytes);
  CHECK(source.read() == State::not_yet);
  source.write("y");
  run_until(*loop, [&] { return calls == 1; });
  loop->run_until(Instant::min());
  CHECK(calls == 1);
}

TEST_CASE("the flags of a description that others share are left alone") {
  const auto loop = make_loop();
  Source source;
  REQUIRE(source.stream->attach(*loop, [] {}));
  CHECK(source.read() == State::not_yet);
  loop->run_until(Instant::min());
  CHECK((::fcntl(source.reader, F_GETFL) & O_NONBLOCK) == 0);
}

TEST_CASE("a stopped stream is at its end, and wakes nobody") {
  const auto loop = make_loop();
  Source source;
  int calls = 0;
  REQUIRE(source.stream->attach(*loop, [&] { ++calls; }));
  CHECK(source.read() == State::not_yet);
  source.stream->stop();
  source.write("late");
  loop->run_until(Instant::min());
  CHECK(calls == 0);
  CHECK(source.read() == State::end);
}

TEST_CASE("a file goes on after stop and is always ready") {
  const TemporaryDirectory directory;
  std::ofstream(directory / "jobs") << "echo a\n";
  const auto loop = make_loop();
  auto opened = InputStream::open(directory / "jobs");
  REQUIRE(opened);
  REQUIRE((*opened)->attach(*loop, [] {}));
  (*opened)->stop();
  std::string text;
  CHECK(*(*opened)->read(text) == State::bytes);
  CHECK(*(*opened)->read(text) == State::end);
  CHECK(text == "echo a\n");
}

TEST_CASE("what cannot be read is the user's mistake, by name") {
  const TemporaryDirectory directory;
  const auto missing = InputStream::open(directory / "none");
  REQUIRE(!missing);
  CHECK(missing.error().kind == ErrorKind::usage);
  CHECK(missing.error().message ==
        "open \"" + (directory / "none") + "\": No such file or directory");
  const auto is_directory = InputStream::open(directory.path());
  REQUIRE(!is_directory);
  CHECK(is_directory.error().message == "open \"" + directory.path() + "\": Is a directory");
}

TEST_CASE("streams leave no descriptor behind, also with a wait under way") {
  const auto loop = make_loop();
  const auto before = count_open_descriptors();
  {
    Source source;
    REQUIRE(source.stream->attach(*loop, [] {}));
    CHECK(source.read() == State::not_yet);
  }
  loop->run_until(Instant::min());
  CHECK(count_open_descriptors() == before);
}

TEST_CASE("what was not wanted of a file is read by whoever shares it") {
  const TemporaryDirectory directory;
  const std::string path = directory / "items";
  std::ofstream(path) << "abcdef";
  Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const Fd shared(::fcntl(file.get(), F_DUPFD_CLOEXEC, 3));
  InputStream stream(std::move(file), path);
  std::string text;
  REQUIRE(stream.read(text));
  REQUIRE(text == "abcdef");
  stream.give_back(2);
  char rest[8] = {};
  CHECK(::read(shared.get(), rest, sizeof rest) == 2);
  CHECK(std::string(rest) == "ef");
}
