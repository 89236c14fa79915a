#include "sched/halt.hpp"

#include <doctest/doctest.h>

#include <string_view>

using namespace fanout;

namespace {

struct Row {
  std::string_view halt;
  std::uint64_t succeeded;
  std::uint64_t failed;
  std::optional<std::uint64_t> all;
  bool is_reached;
};

}  // namespace

TEST_CASE("a run has come to its halt") {
  const Row table[] = {
      {"never", 9, 9, 18, false},           {"now,fail=1", 5, 0, {}, false},
      {"now,fail=1", 0, 1, {}, true},       {"soon,fail=3", 9, 2, {}, false},
      {"soon,fail=3", 0, 3, {}, true},      {"now,success=1", 0, 9, {}, false},
      {"now,success=1", 1, 0, {}, true},    {"now,done=4", 1, 2, {}, false},
      {"now,done=4", 2, 2, {}, true},       {"now,fail=10%", 0, 9, {}, false},  // of how many?
      {"now,fail=10%", 0, 9, 91, false},    {"now,fail=10%", 0, 9, 90, true},
      {"now,fail=10%", 0, 2, 25, false},  // 2.5 are 3
      {"now,fail=10%", 0, 3, 25, true},     {"now,fail=1%", 0, 0, 0, false},
      {"now,success=100%", 2, 1, 3, false}, {"now,success=100%", 3, 0, 3, true},
      {"soon,done=50%", 1, 1, 4, true},
  };
  for (const Row& row : table) {
    CAPTURE(row.halt);
    const Result<Halt> halt = parse_halt(row.halt);
    REQUIRE(halt);
    CHECK(is_reached(*halt, EndCounts{row.succeeded, row.failed}, row.all) == row.is_reached);
  }
}

TEST_CASE("only a percentage needs to know how many jobs there are") {
  CHECK(needs_total(*parse_halt("now,fail=5%")));
  CHECK_FALSE(needs_total(*parse_halt("now,fail=5")));
  CHECK_FALSE(needs_total(*parse_halt("never")));
}
