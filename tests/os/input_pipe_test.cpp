#include "os/input_pipe.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <optional>
#include <string>

#include "os/os_fixture.hpp"

using namespace fanout;

namespace {

/// A pipe, and how often it was said that there is room.
struct Writing {
  explicit Writing(EventLoop& loop, std::size_t capacity = 4096) {
    auto opened = InputPipe::open(loop, capacity, [this] { ++rooms; });
    REQUIRE(std::holds_alternative<InputPipe>(opened));
    pipe.emplace(std::get<InputPipe>(std::move(opened)));
  }

  std::string read(std::size_t most) {
    std::string bytes(most, ' ');
    const ssize_t count = ::read(pipe->reading_end(), bytes.data(), most);
    REQUIRE(count >= 0);
    bytes.resize(static_cast<std::size_t>(count));
    return bytes;
  }

  int rooms = 0;
  std::optional<InputPipe> pipe;
};

}  // namespace

TEST_CASE("what is written is read, and then the end") {
  const auto loop = make_loop();
  Writing writing(*loop);
  CHECK(writing.pipe->write(std::string_view("a\0b", 3)) == 3);
  writing.pipe->close();
  CHECK(writing.read(10) == std::string("a\0b", 3));
  CHECK(writing.read(10).empty());
}

TEST_CASE("a pipe takes no more than it has room for, and says when there is room again") {
  const auto loop = make_loop();
  Writing writing(*loop);
  const std::string much(writing.pipe->capacity() + 1, 'x');
  CHECK(writing.pipe->write(much) == writing.pipe->capacity());
  CHECK(writing.pipe->write("y") == 0);
  writing.pipe->await_room();
  loop->run_until(Instant::min());
  CHECK(writing.rooms == 0);
  CHECK(writing.read(much.size()).size() == writing.pipe->capacity());
  run_until(*loop, [&] { return writing.rooms == 1; });
  loop->run_until(Instant::min());
  CHECK(writing.rooms == 1);
}

TEST_CASE("a pipe of a page has room when all of it has been read") {
  const auto loop = make_loop();
  Writing writing(*loop, 1);
  CHECK(writing.pipe->write("two") == 3);
  writing.pipe->await_room();
  CHECK(writing.read(1) == "t");
  loop->run_until(Instant::min());
  CHECK(writing.rooms == 0);
  CHECK(writing.read(2) == "wo");
  run_until(*loop, [&] { return writing.rooms == 1; });
}

TEST_CASE("what nobody has read is taken back, and nobody reads it any more") {
  const auto loop = make_loop();
  const auto before = count_open_descriptors();
  {
    Writing writing(*loop, std::size_t{1} << 20);
    const std::string much(100'000, 'x');
    std::size_t written = 0;
    while (const std::size_t count = writing.pipe->write(much)) written += count;
    CHECK(writing.read(10).size() == 10);
    const Fd other(::dup(writing.pipe->reading_end()));
    CHECK(writing.pipe->take_back() == written - 10);
    char byte = 0;
    CHECK(::read(other.get(), &byte, 1) == 0);
  }
  loop->run_until(Instant::min());
  CHECK(count_open_descriptors() == before);
}

TEST_CASE("also of a pipe that was closed") {
  const auto loop = make_loop();
  Writing writing(*loop);
  CHECK(writing.pipe->write("rest") == 4);
  writing.pipe->close();
  CHECK(writing.read(1) == "r");
  CHECK(writing.pipe->take_back() == 3);
}

TEST_CASE("a pipe that is gone is not called") {
  const auto loop = make_loop();
  Writing writing(*loop);
  writing.pipe->await_room();
  writing.pipe.reset();
  loop->run_until(Instant::min());
  CHECK(writing.rooms == 0);
}
