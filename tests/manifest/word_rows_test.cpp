#include "manifest/word_rows.hpp"

#include "manifest/row_fakes.hpp"

using namespace fanout;
using namespace fanout::test;

namespace {

Texts rows_in(const Texts& words, ItemForm form = {}) {
  WordRows rows(words, std::move(form));
  return tell_rows(rows);
}

}  // namespace

TEST_CASE("words are items as they stand") {
  CHECK(rows_in({"a b", "", " c\n"}) == Texts{R"(["a b"])", R"([""])", R"([" c\n"])", "end"});
  CHECK(rows_in({}) == Texts{"end"});
  WordRows rows({"a"}, {});
  CHECK(at(std::get<Row>(rows.next()).origin, "x") == "x");
}

TEST_CASE("words are counted") {
  CHECK(WordRows({"a", "b"}, {}).total() == 2);
}

TEST_CASE("words are read as the items of a file are") {
  CHECK(rows_in({"a,b", "c"}, {ItemForm::Kind::separated, ","}) ==
        Texts{R"(["a","b"])", R"(["c"])", "end"});
  CHECK(rows_in({"a,\"b,\nc\""}, {ItemForm::Kind::csv, {}}) == Texts{R"(["a","b,\nc"])", "end"});
  CHECK(rows_in({R"({"a": 1})", "2"}, {ItemForm::Kind::json, {}}) == Texts{"[] a=1", "[2]", "end"});
}

TEST_CASE("a word that cannot be read is named") {
  CHECK(rows_in({"a", "\"b"}, {ItemForm::Kind::csv, {}}) ==
        Texts{R"(["a"])", "error item \"\"b\": a quote is never closed"});
  CHECK(rows_in({"{]"}, {ItemForm::Kind::json, {}})
            .front()
            .starts_with("error item \"{]\": expected"));
}
