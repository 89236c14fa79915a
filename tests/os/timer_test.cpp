#include "os/timer.hpp"

#include <doctest/doctest.h>

#include <optional>

#include "os/os_fixture.hpp"

using namespace fanout;
using namespace std::chrono_literals;

TEST_CASE("a timer calls when its time has come, and not before") {
  const auto loop = make_loop();
  std::optional<Instant> called;
  Timer timer(*loop, [&] { called = loop->now(); });
  const Instant at = loop->now() + 20ms;
  timer.set(at);
  run_until(*loop, [&] { return called.has_value(); });
  CHECK(*called >= at);
}

TEST_CASE("a timer that is set again forgets the time before") {
  const auto loop = make_loop();
  int calls = 0;
  Timer timer(*loop, [&] { ++calls; });
  timer.set(loop->now() - 1s);
  timer.set(loop->now() + 24h);
  loop->run_until(loop->now() + 5ms);
  loop->run_until(loop->now() + 5ms);
  CHECK(calls == 0);
  timer.set(loop->now() - 1s);
  run_until(*loop, [&] { return calls > 0; });
  CHECK(calls == 1);
}

TEST_CASE("a timer that was stopped, or is gone, calls nobody") {
  const auto loop = make_loop();
  int calls = 0;
  std::optional<Timer> timer;
  timer.emplace(*loop, [&] { ++calls; });
  timer->set(loop->now());
  timer->stop();
  loop->run_until(loop->now() + 5ms);
  timer->set(loop->now());
  timer.reset();
  loop->run_until(loop->now() + 5ms);
  CHECK(calls == 0);
}
