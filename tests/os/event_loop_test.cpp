#include "os/event_loop.hpp"

#include <doctest/doctest.h>

#include <variant>
#include <vector>

#include "os/os_fixture.hpp"
#include "os/pipe_reader.hpp"

using namespace fanout;
using namespace std::chrono_literals;

TEST_CASE("without anything to wait for, the loop returns at its deadline and not before") {
  const auto loop = make_loop();
  const Instant deadline = loop->now() + 30ms;
  loop->run_until(deadline);
  CHECK(loop->now() >= deadline);
  CHECK(loop->now() < deadline + 10s);
}

TEST_CASE("a deadline that has passed is no wait") {
  const auto loop = make_loop();
  const Instant before = loop->now();
  loop->run_until(before - 1h);
  loop->run_until(Instant::min());
  CHECK(loop->now() < before + 10s);
}

TEST_CASE("a loop leaves no descriptor behind") {
  const auto before = count_open_descriptors();
  make_loop();
  CHECK(count_open_descriptors() == before);
}

// Bug: after a long stall some exits were judged as timeouts, since a turn ended after 25 ms.
TEST_CASE("one turn calls everything that was ready, however long that takes") {
  const auto loop = make_loop();
  constexpr int kReaders = 40;
  int ends = 0;
  std::vector<PipeReader> readers;
  for (int i = 0; i < kReaders; ++i) {
    Pipe pipe = std::get<Pipe>(open_pipe());  // its writer is closed at once
    auto opened = PipeReader::open(*loop, std::move(pipe.reader),
                                   {[](std::string_view) {},
                                    [&] {
                                      ++ends;
                                      const Instant until = loop->now() + 2ms;
                                      while (loop->now() < until) {
                                      }
                                    }});
    readers.push_back(std::get<PipeReader>(std::move(opened)));
  }
  loop->run_until(std::nullopt);
  CHECK(ends == kReaders);
}
