#include "manifest/product_rows.hpp"

#include <algorithm>

#include "manifest/row_fakes.hpp"

using namespace fanout;
using namespace fanout::test;

namespace {

constexpr auto kProduct = RowList::Joined::product;
constexpr auto kLinked = RowList::Joined::linked;

struct List {
  Texts items;
  RowList::Joined joined = kProduct;
};

std::vector<RowList> lists_of(const std::vector<List>& lists) {
  std::vector<RowList> made;
  for (const List& list : lists) made.push_back({items_of(list.items), list.joined});
  return made;
}

/// The rows as `a1 a2 b1 b2`.
std::string product_of(const std::vector<List>& lists) {
  ProductRows rows(lists_of(lists));
  std::string all;
  for (;;) {
    const NextRow next = rows.next();
    const Row* row = std::get_if<Row>(&next);
    if (row == nullptr) return describe(next) == "end" ? all : describe(next);
    if (!all.empty()) all += ' ';
    for (const Value& arg : row->args) all += arg.text;
  }
}

}  // namespace

TEST_CASE("products and links") {
  struct Case {
    std::vector<List> lists;
    std::string rows;
  };
  const Texts ab{"a", "b"};
  const Texts one_two{"1", "2"};
  const Texts xyz{"x", "y", "z"};
  for (const Case& one : {
           Case{{{ab}, {one_two}}, "a1 a2 b1 b2"},
           Case{{{ab}, {one_two}, {xyz}}, "a1x a1y a1z a2x a2y a2z b1x b1y b1z b2x b2y b2z"},
           Case{{{ab}, {one_two, kLinked}}, "a1 b2"},
           Case{{{ab}, {xyz, kLinked}}, "ax by"},
           Case{{{xyz}, {ab, kLinked}}, "xa yb"},
           Case{{{xyz}, {xyz, kLinked}, {ab, kLinked}}, "xxa yyb"},
           Case{{{ab}, {one_two}, {xyz, kLinked}}, "a1x a2y b1x b2y"},
           Case{{{ab}, {xyz, kLinked}, {one_two}}, "ax1 ax2 by1 by2"},
           Case{{{ab}, {one_two}, {xyz, kLinked}, {ab}}, "a1xa a1xb a2ya a2yb b1xa b1xb b2ya b2yb"},
           Case{{{ab}, {{}}}, ""},
           Case{{{{}}, {ab}}, ""},
           Case{{{ab}, {{}, kLinked}}, ""},
           Case{{{ab}, {one_two}, {{}, kLinked}}, ""},
       }) {
    CAPTURE(one.rows);
    CHECK(product_of(one.lists) == one.rows);
    const auto count = one.rows.empty() ? 0 : std::ranges::count(one.rows, ' ') + 1;
    CHECK(ProductRows(lists_of(one.lists)).total() == static_cast<std::uint64_t>(count));
  }
}

TEST_CASE("how many rows there are is not known when it is not of one of the lists") {
  std::vector<RowList> lists = lists_of({{{"a", "b"}}});
  lists.push_back({rows_of({Texts{"1"}, Pause{}}), kProduct});
  CHECK_FALSE(ProductRows(std::move(lists)).total());
}

TEST_CASE("the first list may arrive bit by bit, when the others have been read") {
  std::vector<RowList> lists;
  lists.push_back({rows_of({Texts{"a"}, Pause{}, Texts{"b"}}), kProduct});
  lists.push_back({rows_of({Pause{}, Texts{"1"}, Pause{}, Texts{"2"}}), kProduct});
  ProductRows rows(std::move(lists));
  CHECK(tell_rows(rows) == Texts{"not yet", "not yet", R"(["a","1"])", R"(["a","2"])", "not yet",
                                 R"(["b","1"])", R"(["b","2"])", "end"});
}

TEST_CASE("an error of any list is passed on") {
  std::vector<RowList> lists;
  lists.push_back({items_of({"a"}), kProduct});
  lists.push_back({rows_of({Texts{"1"}, usage_error("bad")}), kProduct});
  ProductRows rows(std::move(lists));
  CHECK(tell_rows(rows) == Texts{"error bad"});
}

TEST_CASE("the place of a row is that of its first item that has one") {
  std::vector<RowList> lists = lists_of({{{"a"}}, {{"1", "2"}}});
  ProductRows rows(std::move(lists));
  rows.next();
  CHECK(at(std::get<Row>(rows.next()).origin, "x") == "m:1:1: x");
}

TEST_CASE("the names are those of all lists, and none comes twice") {
  std::vector<RowList> lists;
  lists.push_back({rows_of({Texts{"1", "2"}}, {"a", "b"}), kProduct});
  lists.push_back({rows_of({Texts{"3"}}, {"c"}), kLinked});
  ProductRows rows(std::move(lists));
  CHECK(tell_rows(rows) == Texts{R"(["1","2","3"])", "end"});
  CHECK(rows.names() == Texts{"a", "b", "c"});
  lists.clear();
  lists.push_back({rows_of({Texts{"1"}}, {"a"}), kProduct});
  lists.push_back({rows_of({Texts{"3"}}, {"a"}), kProduct});
  ProductRows twice(std::move(lists));
  CHECK(tell_rows(twice) == Texts{"error two columns are called \"a\""});
}

TEST_CASE("stopped while its lists are read, it has no rows; later it ends with the first list") {
  std::vector<RowList> lists;
  lists.push_back({items_of({"a"}), kProduct});
  lists.push_back({rows_of({Texts{"1"}, Pause{}, Texts{"2"}}), kProduct});
  ProductRows early(std::move(lists));
  CHECK(describe(early.next()) == "not yet");
  early.stop_reading();
  CHECK(describe(early.next()) == "end");

  ProductRows late(lists_of({{{"a", "b"}}, {{"1", "2"}}}));
  late.next();
  late.stop_reading();
  CHECK(tell_rows(late) == Texts{R"(["a","2"])", "end"});
}

TEST_CASE("stopped among more combinations than anybody could wait for, it comes to its end") {
  const Texts thousand(1000, "x");
  ProductRows rows(lists_of({{thousand}, {thousand}, {thousand}, {thousand}}));
  rows.next();
  rows.stop_reading();
  std::size_t left = 0;
  while (std::holds_alternative<Row>(rows.next())) ++left;
  CHECK(left == 100'000);
  CHECK(describe(rows.next()) == "end");
}
