#include "os/event_loop.hpp"

#include <doctest/doctest.h>

#include "os/os_fixture.hpp"

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
