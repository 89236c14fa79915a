#include "manifest/csv_record.hpp"

#include "manifest/fakes.hpp"

using namespace fanout;
using namespace fanout::test;

namespace {

/// The fields of a record that is one line, or its fault.
std::string record(std::string_view line) {
  CsvRecord csv;
  if (const auto fault = csv.add(line))
    return std::to_string(fault->offset) + ": " + fault->message;
  return csv.is_open() ? "open at " + std::to_string(*csv.open_quote()) : json_of(csv.take());
}

}  // namespace

TEST_CASE("fields are what stands between commas, quoted or not") {
  struct Row {
    std::string_view line;
    std::string_view fields;
  };
  for (const Row& row : {
           Row{"", R"([""])"},
           Row{"a", R"(["a"])"},
           Row{"a,b", R"(["a","b"])"},
           Row{",", R"(["",""])"},
           Row{" a , b ", R"([" a "," b "])"},
           Row{"\"a\"", R"(["a"])"},
           Row{"\"\"", R"([""])"},
           Row{"\"a,b\",\"c\"", R"(["a,b","c"])"},
           Row{"\"\"\"\"", R"(["\""])"},
           Row{"\"a\"\"b\",c", R"(["a\"b","c"])"},
           Row{"it's", R"(["it's"])"},
       }) {
    CAPTURE(row.line);
    CHECK(record(row.line) == row.fields);
  }
}

TEST_CASE("a quote that is not closed leaves the record open") {
  CHECK(record("a,\"b") == "open at 2");
  CHECK(record("\"a\"\"") == "open at 0");
  CsvRecord csv;
  CHECK_FALSE(csv.add("\"a"));
  csv.add_line_end("\r\n");
  CHECK_FALSE(csv.add(""));
  CHECK(csv.is_open());
  CHECK_FALSE(csv.open_quote());
  csv.add_line_end("\n");
  CHECK_FALSE(csv.add("b\",c"));
  CHECK(json_of(csv.take()) == R"(["a\r\n\nb","c"])");
  CHECK_FALSE(csv.add("next"));
  CHECK(json_of(csv.take()) == R"(["next"])");
}

TEST_CASE("a quote where none can be is a fault") {
  CHECK(record("a\"b\"").starts_with("1: a quote inside of a field"));
  CHECK(record("x, \"a\"").starts_with("3: a quote inside of a field"));
  CHECK(record("\"a\"b").starts_with("3: expected a comma"));
  CHECK(record("\"a\" ").starts_with("3: expected a comma"));
}
