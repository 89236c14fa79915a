#include "os/input_spool.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>

#include "os/os_fixture.hpp"

using namespace fanout;
using State = ByteSource::State;

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Spooled {
  Spooled() {
    Pipe pipe = std::get<Pipe>(open_pipe());
    writer = std::move(pipe.writer);
    take(std::move(pipe.reader));
  }

  void take(Fd source) {
    auto opened = InputSpool::of(std::move(source), partial, whole);
    REQUIRE(opened);
    spool = *std::move(opened);
  }

  State read() {
    const auto state = spool->read(text);
    REQUIRE(state);
    return *state;
  }

  void read_to_end() {
    while (read() == State::bytes) {
    }
  }

  void write(std::string_view bytes) { REQUIRE(write_all(writer.get(), bytes) == 0); }

  TemporaryDirectory directory;
  std::string partial = directory / "input.part";
  std::string whole = directory / "input";
  std::unique_ptr<EventLoop> loop = make_loop();
  Fd writer;
  std::string text;
  int calls = 0;
  std::unique_ptr<InputSpool> spool;
};

}  // namespace

TEST_CASE("before it is attached a spool waits, and keeps what it reads") {
  Spooled on;
  on.write("abc");
  CHECK(on.read() == State::bytes);
  CHECK(content_of(on.partial) == "abc");
  on.writer.close();
  CHECK(on.read() == State::end);
  CHECK(on.read() == State::end);
  CHECK(on.text == "abc");
  CHECK(content_of(on.whole) == "abc");
  CHECK_FALSE(std::filesystem::exists(on.partial));
}

TEST_CASE("what is spooled is only its owner's to read") {
  Spooled on;
  struct stat status {};
  REQUIRE(::stat(on.partial.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("an attached spool copies all of it though nobody reads") {
  Spooled on;
  REQUIRE(on.spool->attach(*on.loop, [&] { ++on.calls; }));
  std::string bytes;
  for (int i = 0; i < 300000; ++i) bytes += std::to_string(i) + '\n';
  std::size_t written = 0;
  while (written < bytes.size()) {
    const std::size_t size = std::min<std::size_t>(bytes.size() - written, 60000);
    on.write(std::string_view(bytes).substr(written, size));
    written += size;
    look_until(*on.loop, [&] { return std::filesystem::file_size(on.partial) == written; });
  }
  on.writer.close();
  look_until(*on.loop, [&] { return std::filesystem::exists(on.whole); });
  CHECK(on.calls == 0);
  on.read_to_end();
  CHECK((on.text == bytes));
}

TEST_CASE("who was told not yet is called once when there is more") {
  Spooled on;
  REQUIRE(on.spool->attach(*on.loop, [&] { ++on.calls; }));
  for (int round = 1; round <= 3; ++round) {
    CHECK(on.read() == State::not_yet);
    CHECK(on.read() == State::not_yet);
    on.loop->run_until(Instant::min());
    CHECK(on.calls == round - 1);
    on.write("x");
    run_until(*on.loop, [&] { return on.calls == round; });
    CHECK(on.read() == State::bytes);
  }
  CHECK(on.read() == State::not_yet);
  on.writer.close();
  run_until(*on.loop, [&] { return on.calls == 4; });
  CHECK(on.read() == State::end);
  CHECK(on.text == "xxx");
}

TEST_CASE("a file is spooled as well, a turn at a time") {
  Spooled on;
  std::string bytes(1000000, 'a');
  std::ofstream(on.directory / "items") << bytes;
  std::filesystem::remove(on.partial);
  on.take(Fd(::open((on.directory / "items").c_str(), O_RDONLY | O_CLOEXEC)));
  REQUIRE(on.spool->attach(*on.loop, [&] { ++on.calls; }));
  on.spool->stop();  // it has an end: it goes on
  CHECK(on.read() == State::not_yet);
  run_until(*on.loop, [&] { return on.calls == 1; });
  look_until(*on.loop, [&] { return std::filesystem::exists(on.whole); });
  on.read_to_end();
  CHECK((on.text == bytes));
}

TEST_CASE("a stopped spool gives out what it has, and takes no more") {
  Spooled on;
  REQUIRE(on.spool->attach(*on.loop, [&] { ++on.calls; }));
  on.write("early");
  look_until(*on.loop, [&] { return std::filesystem::file_size(on.partial) == 5; });
  on.spool->stop();
  CHECK(on.read() == State::bytes);
  CHECK(on.read() == State::end);
  CHECK(on.text == "early");
  on.loop->run_until(Instant::min());
  CHECK_FALSE(std::filesystem::exists(on.whole));
}

TEST_CASE("what was kept of a broken input is given out, then an error") {
  Spooled on;
  on.write("echo a\nrm -r /tmp/a");
  CHECK(on.read() == State::bytes);
  auto opened = InputSpool::rest_of(on.partial);
  REQUIRE(opened);
  InputSpool& rest = **opened;
  std::string text;
  REQUIRE(rest.attach(*on.loop, [] {}));
  CHECK(*rest.read(text) == State::bytes);
  CHECK(text == on.text);
  const auto end = rest.read(text);
  REQUIRE_FALSE(end);
  CHECK(
      end.error().message ==
      "of standard input only 19 bytes were read before the run died, and what came then is lost");
  CHECK_FALSE(InputSpool::rest_of(on.whole));
}

TEST_CASE("what cannot be kept is an error, after what could") {
  Spooled on;
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{100, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  on.write(std::string(60, 'a'));
  const State first = on.read();
  on.write(std::string(60, 'b'));
  const auto second = on.spool->read(on.text);
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handler);
  CHECK(first == State::bytes);
  REQUIRE_FALSE(second);
  CHECK(second.error().kind == ErrorKind::output);
  CHECK(second.error().message ==
        "cannot keep standard input: write \"" + on.partial + "\": File too large");
  CHECK(on.text == std::string(60, 'a'));
  CHECK_FALSE(on.spool->read(on.text));
}

TEST_CASE("a spool does not take the place of a file") {
  Spooled on;
  const auto second = InputSpool::of(Fd(), on.partial, on.whole);
  REQUIRE_FALSE(second);
  CHECK(second.error().message == "open \"" + on.partial + "\": File exists");
}

TEST_CASE("a spool leaves no descriptor behind, also with a wait under way") {
  const auto loop = make_loop();
  const auto before = count_open_descriptors();
  {
    Spooled on;
    REQUIRE(on.spool->attach(*loop, [] {}));
    CHECK(on.read() == State::not_yet);
    on.loop->run_until(Instant::min());
  }
  loop->run_until(Instant::min());
  CHECK(count_open_descriptors() == before);
}
