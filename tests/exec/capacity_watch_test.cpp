#include "exec/capacity_watch.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <variant>

#include "os/os_fixture.hpp"

using namespace fanout;

namespace {

constexpr std::uint32_t kPlenty = std::numeric_limits<std::uint32_t>::max();

std::uint32_t room(const CapacityLimits& limits, const MachineState& seen) {
  return capacity(limits, seen).room;
}

}  // namespace

TEST_CASE("each job is taken to add one to the load") {
  CHECK(room({.load = 4.0}, {.load = 4.0}) == 0);
  CHECK(room({.load = 4.0}, {.load = 17.5}) == 0);
  CHECK(room({.load = 4.0}, {.load = 3.99}) == 1);
  CHECK(room({.load = 4.0}, {.load = 0}) == 4);
  CHECK(room({.load = 0.5}, {.load = 0.1}) == 1);
  CHECK(room({.load = 1e300}, {.load = 0}) == kPlenty);
}

TEST_CASE("each job is taken to need the memory that shall be free") {
  CHECK(room({.load = {}, .memory = 1000}, {.memory = 999}) == 0);
  CHECK(room({.load = {}, .memory = 1000}, {.memory = 1000}) == 1);
  CHECK(room({.load = {}, .memory = 1000}, {.memory = 3999}) == 3);
  CHECK(room({.load = {}, .memory = 1}, {.memory = 1ULL << 40}) == kPlenty);
}

TEST_CASE("of load and memory the scarcer decides") {
  CHECK(room({.load = 4.0, .memory = 10}, {.load = 1, .memory = 20}) == 2);
  CHECK(room({.load = 2.0, .memory = 10}, {.load = 1, .memory = 20}) == 1);
  CHECK(room({}, {}) == kPlenty);
}

TEST_CASE("the machine is looked at before anything starts, and again while it runs") {
  const auto loop = make_loop();
  Inbox inbox;
  const auto watch = CapacityWatch::open(*loop, inbox, {.load = 1e9, .memory = 1});
  REQUIRE(watch);
  CHECK((*watch)->first().room > 0);
  run_until(*loop, [&] { return !inbox.empty(); });
  std::vector<Notice> news;
  inbox.drain_into(news);
  CHECK(std::holds_alternative<CapacityChanged>(news.front()));
}
