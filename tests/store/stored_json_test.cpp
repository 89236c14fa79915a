#include "store/stored_json.hpp"

#include <doctest/doctest.h>

#include "fanout/base/json_text.hpp"

using namespace fanout;

namespace {

/// What the columns have: compact JSON of the values.
std::string as_json(const std::vector<Value>& values) {
  std::string text = "[";
  for (const Value& value : values) {
    if (&value != &values.front()) text += ',';
    append_json(text, value);
  }
  return text + "]";
}

std::vector<Value> values_of(std::string_view json) {
  const auto values = values_of_json(json);
  REQUIRE(values);
  return *values;
}

}  // namespace

TEST_CASE("words are read back, whatever bytes they have") {
  const std::vector<std::string> words{"",
                                       "plain",
                                       "two words",
                                       "\"quoted\\\"",
                                       "a\nb\x7f",
                                       "Größe",
                                       "\xff\xfe",
                                       "{\"base64\":\"/w==\"}",
                                       "[",
                                       "]]]",
                                       std::string("nul\0nul", 7)};
  std::string json = "[";
  for (const std::string& word : words) {
    if (&word != &words.front()) json += ',';
    append_json_word(json, word);
  }
  const auto read = words_of_json(json + "]");
  REQUIRE(read);
  CHECK(*read == words);
  CHECK(words_of_json("[]")->empty());
}

TEST_CASE("values keep their kinds, and numbers their digits") {
  const std::string json =
      R"(["a",1.50,-0,1e400,123456789012345678901234567890,true,false,null,[],[1,["x"]],{"k":[1.0,"}"]}])";
  const std::vector<Value> values = values_of(json);
  REQUIRE(values.size() == 11);
  CHECK(values[0] == Value::of_string("a"));
  CHECK(values[1] == Value{Value::Kind::number, "1.50", {}});
  CHECK(values[3].text == "1e400");
  CHECK(values[5] == Value{Value::Kind::boolean, "true", {}});
  CHECK(values[7].kind == Value::Kind::null);
  CHECK(values[9].items[1].items[0] == Value::of_string("x"));
  CHECK(values[10] == Value{Value::Kind::object, R"({"k":[1.0,"}"]})", {}});
  CHECK(as_json(values) == json);
}

TEST_CASE("blanks between tokens are no harm") {
  CHECK(as_json(values_of("[ 1 , [ ] , \"a\" , [ 2 ] ]")) == R"([1,[],"a",[2]])");
}

TEST_CASE("keyword arguments are read back in their order") {
  const auto kwargs = kwargs_of_json(R"({"z":1,"a":["x"],"k\n\"":{"b":2}})");
  REQUIRE(kwargs);
  REQUIRE(kwargs->size() == 3);
  CHECK(kwargs->begin()->first == "z");
  CHECK(kwargs->find("a")->items.front() == Value::of_string("x"));
  CHECK(kwargs->find("k\n\"")->text == R"({"b":2})");
  CHECK(kwargs_of_json("{}")->empty());
}

TEST_CASE("grants are read back") {
  const auto grants = grants_of_json(R"({"gpu":[0,3],"license":[1]})");
  REQUIRE(grants);
  REQUIRE(grants->size() == 2);
  CHECK(grants->front().resource == "gpu");
  CHECK(grants->front().numbers == std::vector<std::uint32_t>{0, 3});
  CHECK_FALSE(grants_of_json(R"({"gpu":[-1]})"));
  CHECK_FALSE(grants_of_json(R"({"gpu":[99999999999]})"));
}

TEST_CASE("what is no such JSON is refused") {
  for (const char* text :
       {"",           "x",    "[",     "[1,]",      "{}",         "\"a\"",     "[\"a\" \"b\"]",
        "[\"\xff\"]", "[\"a", "[\"\\", "[\"\\x\"]", "[\"a\nb\"]", "[01]",      "[1.]",
        "[1e]",       "[-]",  "[+1]",  "[nul]",     "[] []",      "[{\"a\"}]", "[{\"a\":1,}]",
        "[{a:1}]",    "[[}]"}) {
    CAPTURE(text);
    CHECK_FALSE(values_of_json(text));
  }
  for (const char* text : {"[1]", "[[\"a\"]]", "[null]", "{\"a\":1}"}) {
    CAPTURE(text);
    CHECK_FALSE(words_of_json(text));
  }
  CHECK_FALSE(kwargs_of_json("[]"));
  CHECK(values_of_json("[1").error().message == "\"[1\" is not what a journal has there");
}

TEST_CASE("what is nested deeper than anything we write is refused") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(as_json(values_of(nested(500))) == nested(500));
  CHECK_FALSE(values_of_json(nested(100'000)));
  CHECK_FALSE(values_of_json(std::string(100'000, '[')));
}
