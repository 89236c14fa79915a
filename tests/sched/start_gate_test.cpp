#include "sched/start_gate.hpp"

#include <doctest/doctest.h>

#include <random>
#include <vector>

using namespace fanout;
using namespace std::chrono_literals;

namespace {

constexpr Instant kStart{};

/// The most starts that any window of that length holds.
std::size_t fullest_window(const std::vector<Instant>& starts, Duration window) {
  std::size_t most = 0;
  for (std::size_t first = 0; first < starts.size(); ++first) {
    std::size_t last = first;
    while (last < starts.size() && starts[last] - starts[first] < window) ++last;
    most = std::max(most, last - first);
  }
  return most;
}

/// Wants to start at random times, in bursts and after rests, and does whenever the gate is open.
std::vector<Instant> random_starts(StartGate& gate, std::mt19937& random, Duration window) {
  std::vector<Instant> starts;
  Instant now = kStart;
  for (int demand = 0; demand < 400; ++demand) {
    if (random() % 4 == 0) now += window * (random() % 300) / 100;
    if (random() % 3 == 0) now += Duration(random() % 3);
    if (!gate.is_open(now)) now = gate.opens_at().value();
    REQUIRE(gate.is_open(now));
    gate.started(now);
    if (random() % 10 == 0) {
      gate.was_refused(now);
    } else {
      starts.push_back(now);
    }
  }
  return starts;
}

}  // namespace

TEST_CASE("a gate without rules is open") {
  StartGate gate(0s);
  gate.started(kStart);
  CHECK(gate.is_open(kStart));
  CHECK_FALSE(gate.opens_at());
  CHECK(gate.has_room(1000000));
}

TEST_CASE("no window ever holds more starts than the rate says, whenever they are wanted") {
  std::mt19937 random(20260131);
  for (int round = 0; round < 200; ++round) {
    const auto count = static_cast<std::uint32_t>(1 + random() % 12);
    const Duration window(1 + random() % 1000);
    CAPTURE(round);
    StartGate gate(0s, StartRate{count, window});
    const std::vector<Instant> starts = random_starts(gate, random, window);
    CHECK(fullest_window(starts, window) <= count);
  }
}

TEST_CASE("as many as the rate says start at once, and the next when the window has passed") {
  StartGate gate(0s, StartRate{3, 1s});
  for (int i = 0; i < 3; ++i) {
    CHECK(gate.is_open(kStart));
    gate.started(kStart);
  }
  CHECK_FALSE(gate.is_open(kStart + 999ms));
  CHECK(gate.opens_at() == kStart + 1s);
  CHECK(gate.is_open(kStart + 1s));
}

TEST_CASE("the later of pause and rate decides") {
  StartGate gate(1s, StartRate{2, 10s});
  gate.started(kStart);
  CHECK(gate.opens_at() == kStart + 1s);
  gate.started(kStart + 1s);
  CHECK(gate.opens_at() == kStart + 10s);
  gate.started(kStart + 10s);
  CHECK(gate.opens_at() == kStart + 11s);
}

TEST_CASE("a start that the system refused is not counted") {
  StartGate gate(0s, StartRate{1, 1h});
  gate.started(kStart);
  gate.was_refused(kStart);
  CHECK(gate.is_open(kStart));
}

TEST_CASE("the time in which fanout was stopped counts for the rate, but not for the pause") {
  StartGate by_rate(0s, StartRate{1, 10s});
  by_rate.started(kStart);
  by_rate.shift(9s);
  CHECK(by_rate.opens_at() == kStart + 10s);
  StartGate by_pause(10s);
  by_pause.started(kStart);
  by_pause.shift(9s);
  CHECK(by_pause.opens_at() == kStart + 19s);
}

TEST_CASE("a busy machine has room for so many more, and always for one") {
  StartGate gate(0s);
  gate.set_room(3, 2);
  CHECK(gate.has_room(4));
  CHECK_FALSE(gate.has_room(5));
  gate.set_room(5, 0);
  CHECK_FALSE(gate.has_room(5));
  CHECK_FALSE(gate.has_room(1));
  CHECK(gate.has_room(0));
  gate.set_room(5, std::numeric_limits<std::uint32_t>::max());
  CHECK(gate.has_room(100));
}
