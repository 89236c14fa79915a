#include "manifest/shuffled_rows.hpp"

#include <algorithm>
#include <map>

#include "manifest/row_fakes.hpp"

using namespace fanout;
using namespace fanout::test;

namespace {

Texts shuffled(const Texts& items, std::uint64_t seed) {
  ShuffledRows rows(items_of(items), seed);
  Texts told = tell_rows(rows);
  REQUIRE(told.back() == "end");
  told.pop_back();
  return told;
}

}  // namespace

TEST_CASE("each row comes once, in an order that the seed decides") {
  Texts items;
  for (int i = 0; i < 100; ++i) items.push_back(std::to_string(i));
  const Texts order = shuffled(items, 1);
  CHECK(shuffled(items, 1) == order);
  CHECK(shuffled(items, 2) != order);
  Texts sorted = order;
  std::ranges::sort(sorted);
  Texts all;
  for (const std::string& item : items) all.push_back("[\"" + item + "\"]");
  std::ranges::sort(all);
  CHECK(sorted == all);
}

TEST_CASE("a seed means the same order everywhere") {
  CHECK(shuffled({"a", "b", "c", "d", "e"}, 7) ==
        Texts{R"(["a"])", R"(["c"])", R"(["e"])", R"(["d"])", R"(["b"])"});
}

TEST_CASE("all orders are about equally likely") {
  std::map<Texts, int> seen;
  for (std::uint64_t seed = 0; seed < 6000; ++seed) ++seen[shuffled({"a", "b", "c"}, seed)];
  CHECK(seen.size() == 6);
  for (const auto& entry : seen) {
    const auto& order = entry.first;
    const auto& count = entry.second;
    CAPTURE(order);
    CHECK(count > 800);
    CHECK(count < 1200);
  }
}

TEST_CASE("nothing comes before everything was read, and an error instead of all") {
  ShuffledRows late(rows_of({Texts{"a"}, Pause{}}), 1);
  CHECK(tell_rows(late) == Texts{"not yet", R"(["a"])", "end"});
  ShuffledRows bad(rows_of({Texts{"a"}, usage_error("bad")}), 1);
  CHECK(tell_rows(bad) == Texts{"error bad"});
}
