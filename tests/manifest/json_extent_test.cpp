#include "manifest/json_extent.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace fanout;

namespace {

std::vector<std::string> elements_of(std::string_view text) {
  const JsonOrFault read =
      read_json(text, {JsonReading::DuplicateKeys::accept, JsonReading::Keep::nothing});
  REQUIRE(std::holds_alternative<JsonNode>(read));
  JsonElements elements(text, std::get<JsonNode>(read));
  std::vector<std::string> found;
  while (const auto element = elements.next()) {
    const std::string value(text.substr(element->offset, element->end - element->offset));
    found.push_back(element->key.empty() ? value : element->key + " -> " + value);
  }
  return found;
}

}  // namespace

TEST_CASE("the end of a container is found in a text that grows") {
  const std::string text = R"(  {"a":"]}\"}","b":[{}, "\\"]} and more)";
  const std::size_t end = text.find(" and");
  ContainerEnd at_once;
  CHECK(at_once.find_in(text) == end);
  ContainerEnd byte_by_byte;
  for (std::size_t size = 0; size < end; ++size) {
    REQUIRE_FALSE(byte_by_byte.find_in(std::string_view(text).substr(0, size)));
  }
  CHECK(byte_by_byte.find_in(std::string_view(text).substr(0, end)) == end);
}

TEST_CASE("elements of an array are found one after the other") {
  using Texts = std::vector<std::string>;
  CHECK(elements_of(R"([])") == Texts{});
  CHECK(elements_of(R"( [ ] )") == Texts{});
  CHECK(elements_of(R"([1])") == Texts{"1"});
  CHECK(elements_of(R"([1 ,"a,]\"b" , [2,[3]],{"k":"]"}, null,true])") ==
        Texts{"1", R"("a,]\"b")", "[2,[3]]", R"({"k":"]"})", "null", "true"});
}

TEST_CASE("elements of an object come with their keys") {
  using Texts = std::vector<std::string>;
  CHECK(elements_of(R"({})") == Texts{});
  CHECK(elements_of(R"({ "a" : 1,"b:,\u0041":{"x":[]} , "c":"d" })") ==
        Texts{"a -> 1", R"(b:,A -> {"x":[]})", R"(c -> "d")"});
}
