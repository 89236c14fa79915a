#include "os/pipe_reader.hpp"

#include <doctest/doctest.h>

#include <optional>

#include "os/os_fixture.hpp"

using namespace fanout;

namespace {

/// A pipe, what was read from it, and whether it has ended.
struct Reading {
  explicit Reading(EventLoop& loop) {
    Pipe pipe = std::get<Pipe>(open_pipe());
    writer = std::move(pipe.writer);
    auto opened = PipeReader::open(loop, std::move(pipe.reader),
                                   {[this](std::string_view bytes) { text += bytes; },
                                    [this] {
                                      ++ends;
                                      reader.reset();
                                    }});
    reader.emplace(std::get<PipeReader>(std::move(opened)));
  }

  void write(std::string_view bytes) { REQUIRE(write_all(writer.get(), bytes) == 0); }

  Fd writer;
  std::string text;
  int ends = 0;
  std::optional<PipeReader> reader;
};

}  // namespace

TEST_CASE("bytes arrive as they are, and then the end, once") {
  const auto loop = make_loop();
  Reading reading(*loop);
  reading.write(std::string_view("a\0b", 3));
  run_until(*loop, [&] { return reading.text.size() == 3; });
  CHECK(reading.ends == 0);
  reading.write("c");
  reading.writer.close();
  run_until(*loop, [&] { return reading.ends == 1; });
  CHECK(reading.text == std::string("a\0bc", 4));
}

TEST_CASE("more than one buffer's worth is read whole") {
  const auto loop = make_loop();
  Reading reading(*loop);
  const std::string full(65536, 'x');
  for (std::size_t round = 0; round < 3; ++round) {
    reading.write(full);
    run_until(*loop, [&] { return reading.text.size() == (round + 1) * full.size(); });
  }
  reading.writer.close();
  run_until(*loop, [&] { return reading.ends == 1; });
  CHECK(reading.text.size() == 3 * full.size());
}

TEST_CASE("a reader that pauses leaves in the pipe what comes, and goes on") {
  const auto loop = make_loop();
  Reading reading(*loop);
  Reading other(*loop);
  reading.write("a");
  run_until(*loop, [&] { return reading.text == "a"; });
  reading.reader->pause();
  reading.write("b");
  other.write("x");
  run_until(*loop, [&] { return other.text == "x"; });
  CHECK(reading.text == "a");
  reading.reader->resume();
  reading.reader->resume();
  run_until(*loop, [&] { return reading.text == "ab"; });
  reading.reader->pause();
  reading.writer.close();
  reading.reader->resume();
  run_until(*loop, [&] { return reading.ends == 1; });
}

TEST_CASE("a reader that finishes takes what is there and does not wait for the end") {
  const auto loop = make_loop();
  Reading reading(*loop);
  reading.write("there");
  reading.reader->finish();
  CHECK(reading.text == "there");
  CHECK(reading.ends == 0);
  loop->run_until(Instant::min());
  CHECK(reading.ends == 0);
}

TEST_CASE("a reader that is gone is not called, and leaves no descriptor behind") {
  const auto loop = make_loop();
  const auto before = count_open_descriptors();
  Reading reading(*loop);
  reading.write("late");
  reading.reader.reset();
  loop->run_until(Instant::min());
  CHECK(reading.text.empty());
  CHECK(reading.ends == 0);
  reading.writer.close();
  CHECK(count_open_descriptors() == before);
}

TEST_CASE("whether nobody writes any more is found out without waiting") {
  const auto loop = make_loop();
  Reading reading(*loop);
  reading.write("some");
  CHECK_FALSE(reading.reader->try_to_end());
  CHECK(reading.text == "some");
  reading.write("more");
  reading.writer.close();
  CHECK(reading.reader->try_to_end());
  CHECK(reading.text == "somemore");
  loop->run_until(Instant::min());
  CHECK(reading.ends == 0);
}
