#include "manifest/json_text.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace fanout;

namespace {

Value value_of(std::string_view text) {
  const JsonOrFault read = read_json(text);
  REQUIRE(std::holds_alternative<JsonNode>(read));
  return to_value(std::get<JsonNode>(read), text);
}

std::string compacted(std::string_view text) {
  const Result<std::string> compact = compact_json(text);
  return compact ? *compact : "error " + compact.error().message;
}

}  // namespace

TEST_CASE("compact JSON keeps digits, order, escapes and blanks in strings") {
  CHECK(compacted(" { \"b\" : 1.0 ,\r\n\t\"a\" : [ 12345678901234567890 , -0 ] } ") ==
        R"({"b":1.0,"a":[12345678901234567890,-0]})");
  CHECK(compacted(R"([ " a \" b " , "\\" , "\u00e9 é" ])") == R"([" a \" b ","\\","\u00e9 é"])");
  CHECK(compacted(" 7 ") == "7");
  CHECK(compacted("\xEF\xBB\xBFnull\n") == "null");
}

TEST_CASE("control characters that JSON does not mind are escaped, a terminal does mind") {
  CHECK(compacted("[\"a\x7f\", {\"\xC2\x9B\": \"\xC2\xA0\"}]") ==
        "[\"a\\u007f\",{\"\\u009b\":\"\xC2\xA0\"}]");
}

TEST_CASE("compact JSON accepts duplicate keys, which are a job's own business") {
  CHECK(compacted(R"({"a": 1, "a": 2})") == R"({"a":1,"a":2})");
}

TEST_CASE("what is no JSON is refused with line and column") {
  CHECK(compacted("{\n \"a\": 1,\n}") ==
        "error line 3, column 1: expected a key in double quotes after the comma, but found \"}\"");
  CHECK(compacted("x\n") == "error line 1, column 1: expected a JSON value, but found \"x\"");
  CHECK(compacted("") ==
        "error line 1, column 1: expected a JSON value, but found the end of the text");
  CHECK(compacted("1\n2\n") ==
        "error line 2, column 1: expected the end of the text, but found \"2\"");
}

TEST_CASE("a node becomes a value with its digits") {
  CHECK(value_of("1.0") == Value{Value::Kind::number, "1.0", {}});
  CHECK(value_of(R"("a\nb")") == Value::of_string("a\nb"));
  CHECK(value_of("false") == Value{Value::Kind::boolean, "false", {}});
  CHECK(value_of("null") == Value{});
}

TEST_CASE("an object becomes its compact text, an array its items") {
  CHECK(value_of(R"({ "a": [1, 2.50 ] })") == Value{Value::Kind::object, R"({"a":[1,2.50]})", {}});
  const Value array = value_of(R"([ "x", { "k" : 1 } ])");
  REQUIRE(array.items.size() == 2);
  CHECK(array.items[1] == Value{Value::Kind::object, R"({"k":1})", {}});
  CHECK(to_word(array) == R"(["x",{"k":1}])");
}
