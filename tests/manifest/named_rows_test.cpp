#include "manifest/named_rows.hpp"

#include "manifest/row_fakes.hpp"

using namespace fanout;
using namespace fanout::test;

namespace {

Texts rows_in(std::deque<RowStep> script) {
  NamedRows rows(rows_of(std::move(script)));
  return tell_rows(rows);
}

}  // namespace

TEST_CASE("the first row names the columns and is none itself") {
  NamedRows rows(rows_of({Texts{"city", "n"}, Texts{"Oslo", "1"}, Texts{"", ""}}));
  CHECK(tell_rows(rows) == Texts{R"(["Oslo","1"])", R"(["",""])", "end"});
  CHECK(rows.names() == Texts{"city", "n"});
  CHECK(rows_in({}) == Texts{"end"});
  CHECK(rows_in({Texts{"city"}}) == Texts{"end"});
}

TEST_CASE("the header does not count") {
  CHECK(NamedRows(rows_of({Texts{"a"}, Texts{"1"}})).total() == 1);
  CHECK(NamedRows(rows_of({})).total() == 0);
  CHECK_FALSE(NamedRows(rows_of({Texts{"a"}, Pause{}})).total());
}

TEST_CASE("the header may be late, and so may what follows it") {
  CHECK(rows_in({Pause{}, Texts{"a"}, Pause{}, Texts{"1"}}) ==
        Texts{"not yet", "not yet", R"(["1"])", "end"});
}

TEST_CASE("a row of another size is refused with both sizes") {
  CHECK(rows_in({Texts{"a", "b"}, Texts{"1", "2"}, Texts{"1"}}) ==
        Texts{R"(["1","2"])", "error m:3:1: 1 column here, but the header names 2 columns"});
  CHECK(rows_in({Texts{"a"}, Texts{"1", "2"}}) ==
        Texts{"error m:2:1: 2 columns here, but the header names 1 column"});
}

TEST_CASE("names that are empty or come twice are refused") {
  CHECK(rows_in({Texts{"a", ""}}) == Texts{"error m:1:1: the name of column 2 is empty"});
  CHECK(rows_in({Texts{"a", "b", "a"}}) == Texts{"error m:1:1: two columns are called \"a\""});
}
