#include "cli/item_options.hpp"

#include <doctest/doctest.h>

using namespace fanout;

namespace {

Result<MapItems> read(const std::vector<std::string>& arguments) {
  const Result<TypedOptions> typed =
      parse_options(CommandSet::map, WordPlace::after_options, arguments);
  REQUIRE_MESSAGE(typed, typed.error().message);
  return map_items(*typed);
}

std::string refusal(const std::vector<std::string>& arguments) {
  const Result<MapItems> items = read(arguments);
  return items ? "none" : items.error().message;
}

}  // namespace

TEST_CASE("what an item looks like") {
  CHECK(read({})->read.form.kind == ItemForm::Kind::whole);
  CHECK(read({"--csv"})->read.form.kind == ItemForm::Kind::csv);
  CHECK(read({"--jsonl"})->read.form.kind == ItemForm::Kind::json);
  CHECK(read({"--tsv"})->read.form.separator == "\t");
  CHECK(read({"-C", ", "})->read.form.separator == ", ");
  CHECK(read({"-0"})->read.delimiter == '\0');
  CHECK(read({"-d", "\\x3b"})->read.delimiter == ';');
}

TEST_CASE("how many a command gets") {
  CHECK(read({})->batch.rows == 1);
  CHECK(read({"-n", "3"})->batch.rows == 3);
  CHECK(read({"-L3"})->batch.rows == 3);
  CHECK(read({"-N3"})->batch.count == ItemBatch::Count::exactly);
  const Result<MapItems> packed = read({"-X", "-n", "3", "--header", "--shuf", "--seed", "1"});
  REQUIRE(packed);
  CHECK(packed->is_packed);
  CHECK(packed->batch.rows == 1);
  CHECK(packed->most_packed == 3);
  CHECK(packed->seed == 1);
}

TEST_CASE("options that contradict each other, or have no effect, are refused in one line") {
  struct Row {
    std::vector<std::string> arguments;
    std::string message;
  };
  for (const Row& row : {
           Row{{"--csv", "--colsep", ","},
               "--colsep and --csv both say what an item looks like: give one of them"},
           Row{{"--tsv", "--jsonl"},
               "--tsv and --jsonl both say what an item looks like: give one of them"},
           Row{{"-n", "2", "-L", "2"},
               "--max-args and --max-lines both say how many items a command gets: give one of "
               "them"},
           Row{{"-N", "2", "-L", "2"},
               "--max-lines and --exact-args both say how many items a command gets: give one of "
               "them"},
           Row{{"-X", "-N", "2"},
               "-X gives a command as many items as fit, and -N exactly so many: give one of them"},
           Row{{"--jsonl", "--header"},
               "--header and --jsonl contradict each other: an object has its names with it"},
           Row{{"--jsonl", "--keep-blank"},
               "--keep-blank and --jsonl contradict each other: a blank line is no JSON"},
           Row{{"--header", "-L", "2"},
               "--header names the columns of one item, but --max-lines gives a command several: "
               "-X "
               "repeats words for each"},
           Row{{"--seed", "2"}, "--seed is about --shuf, which was not given"},
           Row{{"-0", "-d", ","}, "-0 and -d both name the end of an item: give one of them"},
           Row{{"-L", "0"}, "--max-lines: \"0\" items give no command; expected 1 or more"},
           Row{{"--colsep", ""}, "--colsep: an empty text separates nothing"},
       }) {
    CAPTURE(row.message);
    CHECK(refusal(row.arguments) == row.message);
  }
}
