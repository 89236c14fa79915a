#include "manifest/line_rows.hpp"

#include "manifest/row_fakes.hpp"

using namespace fanout;
using namespace fanout::test;

namespace {

Texts rows_in(std::unique_ptr<ByteSource> bytes, const ItemOptions& options = {}) {
  LineRows rows(std::move(bytes), "items.txt", options);
  return tell_rows(rows);
}

ItemOptions exact(char delimiter) {
  return {delimiter, LineReader::Bytes::exact, ItemOptions::BlankItems::keep, {}};
}

ItemOptions form(ItemForm::Kind kind, std::string separator = {}) {
  ItemOptions options;
  options.form = {kind, std::move(separator)};
  return options;
}

const ItemOptions kCsv = form(ItemForm::Kind::csv);
const ItemOptions kJson = form(ItemForm::Kind::json);

}  // namespace

TEST_CASE("each line is an item and blank lines are none") {
  const std::string text =
      "\xEF\xBB\xBF"
      "a b\r\n\n  \t\n it's \nlast";
  const Texts items{R"(["a b"])", R"([" it's "])", R"(["last"])", "end"};
  CHECK(rows_in(bytes_of(text)) == items);
  CHECK(rows_in(single_bytes_of(text)) == items);
}

TEST_CASE("blank lines are items when they are kept") {
  ItemOptions options;
  options.blank_items = ItemOptions::BlankItems::keep;
  CHECK(rows_in(bytes_of("a\n\n b\n"), options) ==
        Texts{R"(["a"])", R"([""])", R"([" b"])", "end"});
}

TEST_CASE("other delimiters change nothing in an item") {
  CHECK(rows_in(bytes_of(std::string("a\r\n\0\0 \0b", 8)), exact('\0')) ==
        Texts{R"(["a\r\n"])", R"([""])", R"([" "])", R"(["b"])", "end"});
  CHECK(rows_in(bytes_of("a,b\n,"), exact(',')) == Texts{R"(["a"])", R"(["b\n"])", "end"});
}

TEST_CASE("no input means no items") {
  for (const ItemOptions& options : {ItemOptions(), kCsv, kJson}) {
    CHECK(rows_in(bytes_of(""), options) == Texts{"end"});
    CHECK(rows_in(bytes_of("\n\n"), options) == Texts{"end"});
  }
}

TEST_CASE("an item is given as soon as it is complete") {
  LineRows rows(scripted({"a\n", Pause{}, "b\n"}), "-", {});
  CHECK(describe(rows.next()) == R"(["a"])");
  CHECK(describe(rows.next()) == "not yet");
}

TEST_CASE("an item knows its place, also behind blank lines and records of many lines") {
  LineRows lines(bytes_of("a\n\nb\n"), "-", {});
  lines.next();
  CHECK(at(std::get<Row>(lines.next()).origin, "x") == "stdin:3:1: x");
  LineRows records(bytes_of("\"a\n\n\"\nb\n"), "m", kCsv);
  CHECK(at(std::get<Row>(records.next()).origin, "x") == "m:1:1: x");
  CHECK(at(std::get<Row>(records.next()).origin, "x") == "m:4:1: x");
}

TEST_CASE("an item with a NUL is refused by number and place") {
  CHECK(rows_in(bytes_of(std::string("a\n\nb\0c\nd\n", 9))) ==
        Texts{R"(["a"])",
              "error items.txt:3:2: item 3 contains a NUL, which no argument can"
              " (-0 splits at NULs)"});
  CHECK(rows_in(bytes_of(std::string("a\nb,c\0", 6)), exact(',')) ==
        Texts{R"(["a\nb"])",
              "error items.txt:2:4: item 2 contains a NUL, which no argument can"
              " (-0 splits at NULs)"});
}

TEST_CASE("an error of the source is passed on as it is") {
  CHECK(rows_in(scripted({"a\n", Error{ErrorKind::system, "read: no"}})) ==
        Texts{R"(["a"])", "error read: no"});
}

TEST_CASE("after stop_reading an endless source ends, and what was cut is nobody's mistake") {
  LineRows lines(scripted({"a\n", "b\n", "c\n"}), "-", {});
  lines.next();
  lines.stop_reading();
  CHECK(describe(lines.next()) == "end");
  for (const ItemOptions& options : {kCsv, kJson, form(ItemForm::Kind::separated, ",")}) {
    LineRows cut(scripted({"1\n[\"a", "\"]\n"}), "-", options);
    cut.next();
    cut.stop_reading();
    CHECK(describe(cut.next()) == "end");
  }
}

TEST_CASE("columns have a text between them") {
  const ItemOptions options = form(ItemForm::Kind::separated, "::");
  CHECK(rows_in(bytes_of("a::b c\n::\n \nx:y\na::b::\n"), options) ==
        Texts{R"(["a","b c"])", R"(["",""])", R"(["x:y"])", R"(["a","b",""])", "end"});
  CHECK(rows_in(bytes_of("a\tb\n\t\n\n"), form(ItemForm::Kind::separated, "\t")) ==
        Texts{R"(["a","b"])", R"(["",""])", "end"});
  ItemOptions nul = exact('\0');
  nul.form = {ItemForm::Kind::separated, "\n"};
  CHECK(rows_in(bytes_of(std::string("a\nb\0c", 5)), nul) ==
        Texts{R"(["a","b"])", R"(["c"])", "end"});
}

TEST_CASE("records of CSV may go on in the next line") {
  const std::string text =
      "\xEF\xBB\xBF"
      "a,\"b,\r\n\"\"c\"\"\n\n\",d\r\n\n\"\",\n,x";
  const Texts rows{"[\"a\",\"b,\\r\\n\\\"c\\\"\\n\\n\",\"d\"]", R"(["",""])", R"(["","x"])", "end"};
  CHECK(rows_in(bytes_of(text), kCsv) == rows);
  CHECK(rows_in(single_bytes_of(text), kCsv) == rows);
  CHECK(rows_in(scripted({"\"a\n", Pause{}, "b\"\n"}), kCsv) ==
        Texts{"not yet", R"(["a\nb"])", "end"});
}

TEST_CASE("what is no CSV is refused where it is wrong") {
  const std::string comma =
      "expected a comma or the end of the record after the closing quote "
      "(a quote inside of quotes is doubled)";
  CHECK(rows_in(bytes_of("a\n\"b\nc\" d\n"), kCsv) ==
        Texts{R"(["a"])", "error items.txt:3:3: " + comma});
  CHECK(
      rows_in(bytes_of("a,5\" disk\n"), kCsv) ==
      Texts{"error items.txt:1:4: a quote inside of a field that does not begin with one: put the "
            "field in quotes and double this one"});
  CHECK(rows_in(bytes_of("a\nb,\"c\nd\n"), kCsv) ==
        Texts{R"(["a"])", "error items.txt:2:3: the quote that opens here is never closed"});
}

TEST_CASE("JSON gives names, arguments, or one argument") {
  CHECK(rows_in(
            bytes_of("{\"a\": 1.0, \"b\": [1, \"x\"]}\n[\"c\", {\"d\":  2}]\n\n\"e f\"\n7\nnull\n"),
            kJson) ==
        Texts{R"([] a=1.0 b=[1,"x"])", R"(["c",{"d":2}])", R"(["e f"])", "[7]", "[null]", "end"});
}

TEST_CASE("what is no JSON is refused where it is wrong") {
  CHECK(rows_in(bytes_of("1\n {\"a\": 1, \"a\": 2}\n"), kJson) ==
        Texts{"[1]", "error items.txt:2:11: duplicate key \"a\""});
  CHECK(rows_in(bytes_of("[1,\n"), kJson) ==
        Texts{"error items.txt:1:4: expected a value after the comma, but found the end of the "
              "text (a JSON line is "
              "one whole value)"});
  CHECK(rows_in(bytes_of("\"\\u0000\"\n"), kJson) ==
        Texts{"error items.txt:1:1: an argument cannot contain a NUL"});
}
