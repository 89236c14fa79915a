#include "sched/worker_count.hpp"

#include <doctest/doctest.h>

using namespace fanout;
using namespace std::chrono_literals;

namespace {

constexpr Instant kStart{};
constexpr std::uint32_t kUnlimited = std::numeric_limits<std::uint32_t>::max();
using How = WorkersChanged::How;

}  // namespace

TEST_CASE("another number of workers is in force at once") {
  WorkerCount workers(4);
  workers.change({How::to, 2});
  CHECK(workers.limit() == 2);
  workers.change({How::to, 9});
  CHECK(workers.limit() == 9);
  workers.change({How::to, kUnlimited});
  CHECK(workers.limit() == kUnlimited);
}

TEST_CASE("steps add up, and there is always one worker") {
  WorkerCount workers(2);
  for (int i = 0; i < 3; ++i) workers.change({How::by, 1});
  CHECK(workers.limit() == 5);
  for (int i = 0; i < 9; ++i) workers.change({How::by, -1});
  CHECK(workers.limit() == 1);
  workers.change({How::by, 1});
  CHECK(workers.limit() == 2);
  workers.change({How::to, 0});
  CHECK(workers.limit() == 1);
}

TEST_CASE("one less than unlimited is unlimited") {
  WorkerCount workers(kUnlimited);
  workers.change({How::by, -1});
  CHECK(workers.limit() == kUnlimited);
  workers.change({How::by, 1});
  CHECK(workers.limit() == kUnlimited);
}

TEST_CASE("what the system cut stays cut when more are wanted, and grows one by one") {
  WorkerCount workers(8);
  REQUIRE(workers.reduce(3, kStart));
  workers.change({How::to, 20});
  CHECK(workers.limit() == 3);
  workers.grow(kStart + 249ms);
  CHECK(workers.limit() == 3);
  workers.grow(kStart + 250ms);
  CHECK(workers.limit() == 4);
}

TEST_CASE("fewer than the system allows are no longer its doing") {
  WorkerCount workers(8);
  REQUIRE(workers.reduce(3, kStart));
  workers.change({How::to, 2});
  CHECK(workers.limit() == 2);
  workers.grow(kStart + 1h);
  CHECK(workers.limit() == 2);
  workers.change({How::to, 8});
  CHECK(workers.limit() == 8);
}

TEST_CASE("a refusal while more run than are wanted changes nothing") {
  WorkerCount workers(8);
  workers.change({How::to, 2});
  CHECK_FALSE(workers.reduce(7, kStart));
  CHECK(workers.limit() == 2);
  CHECK(workers.summed_up() == 8);
}

TEST_CASE("the most that were wanted, or the least that were allowed, are what is summed up") {
  WorkerCount workers(4);
  workers.change({How::to, 6});
  workers.change({How::to, 1});
  CHECK(workers.summed_up() == 6);
  workers.change({How::to, 6});
  workers.reduce(5, kStart);
  workers.reduce(2, kStart);
  workers.grow(kStart + 1s);
  CHECK(workers.summed_up() == 2);
}
