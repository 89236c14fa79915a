#include "os/ticker.hpp"

#include <doctest/doctest.h>

#include <optional>

#include "os/os_fixture.hpp"

using namespace fanout;
using namespace std::chrono_literals;

TEST_CASE("a ticker calls again and again, never before an interval has passed") {
  const auto loop = make_loop();
  const Instant start = loop->now();
  int calls = 0;
  const Ticker ticker(*loop, 5ms, [&] { ++calls; });
  CHECK(calls == 0);
  run_until(*loop, [&] { return calls >= 3; });
  CHECK(loop->now() - start >= 15ms);
}

TEST_CASE("a ticker that is gone calls nobody, also when it went in its own call") {
  const auto loop = make_loop();
  int calls = 0;
  std::optional<Ticker> own;
  own.emplace(*loop, 1ms, [&] {
    ++calls;
    own.reset();
  });
  int others = 0;
  const Ticker other(*loop, 1ms, [&] { ++others; });
  {
    const Ticker gone(*loop, 1ms, [&] { FAIL("it was gone"); });
  }
  run_until(*loop, [&] { return others >= 10; });
  CHECK(calls == 1);
}
