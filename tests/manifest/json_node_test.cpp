#include "manifest/json_node.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace fanout;

namespace {

JsonNode node_of(std::string_view text, JsonReading how = {}) {
  JsonOrFault read = read_json(text, how);
  if (const auto* fault = std::get_if<JsonFault>(&read)) FAIL(fault->message);
  return std::get<JsonNode>(std::move(read));
}

/// `OFFSET: message`, or `good`.
std::string fault_of(std::string_view text, JsonReading how = {}) {
  const JsonOrFault read = read_json(text, how);
  const auto* fault = std::get_if<JsonFault>(&read);
  return fault ? std::to_string(fault->offset) + ": " + fault->message : "good";
}

std::string place_of(std::string_view text, const JsonNode& node) {
  return std::string(text.substr(node.offset, node.end - node.offset));
}

}  // namespace

TEST_CASE("every node knows its place in the text") {
  const std::string_view text = R"( { "a" : [1 , "x\ny",true] ,"b":{"c":null}, "d" : -0 } )";
  const JsonNode root = node_of(text);
  REQUIRE(root.members.size() == 3);
  const JsonMember& a = root.members[0];
  CHECK(text.substr(a.key_offset, 3) == "\"a\"");
  REQUIRE(a.value.items.size() == 3);
  CHECK(place_of(text, root) == text.substr(1, text.size() - 2));
  CHECK(place_of(text, a.value) == R"([1 , "x\ny",true])");
  CHECK(place_of(text, a.value.items[0]) == "1");
  CHECK(place_of(text, a.value.items[1]) == R"("x\ny")");
  CHECK(a.value.items[1].text == "x\ny");
  CHECK(place_of(text, a.value.items[2]) == "true");
  CHECK(place_of(text, root.members[1].value) == R"({"c":null})");
  CHECK(place_of(text, root.members[2].value) == "-0");
  CHECK(root.find("b") == &root.members[1]);
  CHECK(root.find("c") == nullptr);
}

TEST_CASE("numbers keep their digits") {
  for (const std::string number :
       {"0", "-0", "1.0", "1e5", "1E+05", "12345678901234567890", "-98765432109876543210",
        "0.1000000000000000055511151231257827", "18446744073709551616", "1e400"}) {
    CHECK(node_of(number).text == number);
    CHECK(node_of("[" + number + " ]").items[0].text == number);
  }
  const std::string long_number(3000, '7');
  CHECK(node_of(long_number).text == long_number);
}

TEST_CASE("a part of a text is read with offsets in the whole") {
  const std::string_view text = R"(xx[1,"é"]yy)";
  const JsonOrFault read = read_json(text, 2, text.size() - 2);
  REQUIRE(std::holds_alternative<JsonNode>(read));
  CHECK(place_of(text, std::get<JsonNode>(read).items[1]) == "\"é\"");
  const JsonOrFault bad = read_json("xx[1,\"\x01\"]", 2, 9);
  REQUIRE(std::holds_alternative<JsonFault>(bad));
  CHECK(std::get<JsonFault>(bad).offset == 6);
}

TEST_CASE("a fault says where it is, what was expected and what was found") {
  CHECK(fault_of("[1,]") == "3: expected a value after the comma, but found \"]\"");
  CHECK(fault_of("[1,,2]") == "3: expected a value after the comma, but found \",\"");
  CHECK(fault_of("[,1]") == "1: expected a value or \"]\", but found \",\"");
  CHECK(fault_of("[1 2]") == "3: expected \",\" or \"]\", but found \"2\"");
  CHECK(fault_of("[1:2]") == "2: expected \",\" or \"]\", but found \":\"");
  CHECK(fault_of("[1}") == "2: expected \",\" or \"]\", but found \"}\"");
  CHECK(fault_of(R"({"a":1,})") ==
        "7: expected a key in double quotes after the comma, but found \"}\"");
  CHECK(fault_of("{a:1}") == "1: expected a key in double quotes or \"}\", but found \"a\"");
  CHECK(fault_of(R"({"a" "b"})") == "5: expected \":\", but found a string");
  CHECK(fault_of(R"({"a":})") == "5: expected a value after the colon, but found \"}\"");
  CHECK(fault_of(R"({"a":1 "b":2})") == "7: expected \",\" or \"}\", but found a string");
  CHECK(fault_of("[1] x") == "4: expected the end of the text, but found \"x\"");
  CHECK(fault_of("[1],") == "3: expected the end of the text, but found \",\"");
  CHECK(fault_of("") == "0: expected a JSON value, but found the end of the text");
  CHECK(fault_of("[1, ") == "4: expected a value after the comma, but found the end of the text");
  CHECK(fault_of("[NaN]") == "1: expected a value or \"]\", but found \"NaN\"");
  CHECK(fault_of("[-Infinity]") == "2: invalid number; expected digit after \"-\"");
  CHECK(fault_of("nul") == "0: expected a JSON value, but found \"nul\"");
  CHECK(fault_of("[True]") == "1: expected a value or \"]\", but found \"True\"");
  CHECK(fault_of("[01]") == "2: expected \",\" or \"]\", but found \"1\"");
  CHECK(fault_of("[1-2]") == "2: expected \",\" or \"]\", but found \"-\"");
  CHECK(fault_of("[-00]") == "3: expected \",\" or \"]\", but found \"0\"");
  CHECK(fault_of("[1.5.2]") == "4: expected \",\" or \"]\", but found \".\"");
  CHECK(fault_of("[1.]") == "3: invalid number; expected digit after \".\"");
  CHECK(fault_of("['a']") == "1: expected a value or \"]\", but found \"'\"");
  CHECK(fault_of("// x\n[]") == "0: expected a JSON value, but found \"/\"");
  CHECK(fault_of("[\x1b]") == "1: expected a value or \"]\", but found \"\\x1b\"");
}

TEST_CASE("a bad string is explained") {
  CHECK(fault_of(R"(["\ud800"])") ==
        "8: invalid string: surrogate U+D800..U+DBFF must be followed by U+DC00..U+DFFF");
  CHECK(fault_of(R"(["\udc00"])") ==
        "7: invalid string: surrogate U+DC00..U+DFFF must follow U+D800..U+DBFF");
  CHECK(fault_of("[\"ab") == "4: invalid string: missing closing quote");
  CHECK(fault_of("[\"a\xff\"]") == "3: invalid string: ill-formed UTF-8 byte");
  CHECK(fault_of(R"({"\x":1})") == "3: invalid string: forbidden character after backslash");
  const std::string control = fault_of("[\"a\nb\"]");
  CHECK(control.starts_with("3: invalid string: control character U+000A (LF)"));
  CHECK(control.find('\n') == std::string::npos);
}

TEST_CASE("a NUL byte does not end the text") {
  CHECK(fault_of(std::string_view("[1]\0 garbage", 12)) == "3: a NUL byte cannot stand in JSON");
}

TEST_CASE("a byte-order mark is nobody's value") {
  CHECK(fault_of("\xEF\xBB\xBF[]") == "0: expected a JSON value, but found a byte-order mark");
}

TEST_CASE("a duplicate key is refused where it stands the second time") {
  const std::string_view text = R"({"a":{"x":1,"y":{"x":2}},"b":1,"a":2})";
  CHECK(fault_of(text) == "31: duplicate key \"a\"");
  CHECK(fault_of(R"([{"k":1,"\u006b":2}])") == "8: duplicate key \"k\"");
  CHECK(fault_of(text, {JsonReading::DuplicateKeys::accept, JsonReading::Keep::everything}) ==
        "good");
}

TEST_CASE("nesting is refused below 200 levels") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(fault_of(nested(200)) == "good");
  CHECK(fault_of(nested(201)) == "200: nested deeper than 200 levels");
  CHECK(fault_of(nested(100000)) == "200: nested deeper than 200 levels");
  CHECK(fault_of(std::string(100000, '[')) == "200: nested deeper than 200 levels");
  CHECK(fault_of(nested(201), {JsonReading::DuplicateKeys::refuse, JsonReading::Keep::nothing}) ==
        "200: nested deeper than 200 levels");
}

TEST_CASE("of jobs only the place is kept") {
  constexpr JsonReading kWithoutJobs{JsonReading::DuplicateKeys::refuse,
                                     JsonReading::Keep::all_but_jobs};
  SUBCASE("under the key jobs of the root") {
    const std::string_view text = R"({"x":{"jobs":[1]},"jobs":{"a":[{"k":[1]}],"a":2},"y":[[2]]})";
    const JsonNode root = node_of(text, kWithoutJobs);
    REQUIRE(root.members.size() == 3);
    CHECK(root.members[0].value.members[0].value.items.size() == 1);
    const JsonNode& jobs = root.members[1].value;
    CHECK(jobs.members.empty());
    CHECK(place_of(text, jobs) == R"({"a":[{"k":[1]}],"a":2})");
    CHECK(root.members[2].value.items[0].items.size() == 1);
  }
  SUBCASE("of a root that is an array") {
    const JsonNode root = node_of(R"([["a"],{"jobs":[]}])", kWithoutJobs);
    CHECK(root.items.empty());
    CHECK(root.end == 19);
  }
  SUBCASE("but their syntax is checked") {
    CHECK(fault_of(R"({"jobs":[1,{"a":}]})", kWithoutJobs) ==
          "16: expected a value after the colon, but found \"}\"");
  }
}
