#include "fanout/plan.hpp"

#include <doctest/doctest.h>

using namespace fanout;

namespace {

std::string told(const Result<Resource>& resource) {
  return resource ? resource->name + " " + std::to_string(resource->count)
                  : resource.error().message;
}

std::string told(const Result<Need>& need) {
  return need ? need->resource + " " + std::to_string(need->count) : need.error().message;
}

std::string told(const Result<void>& checked) {
  return checked ? "" : checked.error().message;
}

}  // namespace

TEST_CASE("a resource is a name and how many there are") {
  CHECK(told(parse_resource("gpu=2")) == "gpu 2");
  CHECK(told(parse_resource("a=b=10000")) == "a=b 10000");
  CHECK(told(parse_resource("gpu")) == "\"gpu\" is not NAME=N, a name and how many there are");
  CHECK(told(parse_resource("=2")) == "\"=2\" is not NAME=N, a name and how many there are");
  CHECK(told(parse_resource("gpu=0")) == "0 of \"gpu\" are for nobody; expected 1 or more");
  CHECK(told(parse_resource("gpu=x")) == "\"x\" is not a whole number");
  CHECK(told(parse_resource("gpu=10001")) ==
        "\"10001\" is too many: there can be 10000 of a resource");
  CHECK_FALSE(parse_resource("\xff=1"));
}

TEST_CASE("a need is a name, or a name and how many") {
  CHECK(told(parse_need("gpu")) == "gpu 1");
  CHECK(told(parse_need("gpu=3")) == "gpu 3");
  CHECK(told(parse_need("gpu=0")) == "gpu 0");
  CHECK(told(parse_need("")) == "\"\" is neither NAME nor NAME=N");
  CHECK(told(parse_need("=1")) == "\"=1\" is neither NAME nor NAME=N");
  CHECK(told(parse_need("gpu=-1")).find("\"-1\"") == 0);
}

TEST_CASE("needs are kept by name, the last one said counts, and none is nothing") {
  std::vector<Need> needs;
  set_need(needs, {"b", 1});
  set_need(needs, {"a", 2});
  set_need(needs, {"b", 3});
  CHECK(needs == std::vector<Need>{{"a", 2}, {"b", 3}});
  set_need(needs, {"a", 0});
  set_need(needs, {"c", 0});
  CHECK(needs == std::vector<Need>{{"b", 3}});
}

TEST_CASE("a variable for numbers is the name in upper case, without what no variable has") {
  CHECK(resource_variable("gpu") == "FANOUT_RESOURCE_GPU");
  CHECK(resource_variable("Port 8-a.b") == "FANOUT_RESOURCE_PORT_8_A_B");
  CHECK(resource_variable("é") == "FANOUT_RESOURCE___");
}

TEST_CASE("two resources cannot have one variable") {
  const std::vector<Resource> apart{{"a", 1}, {"b", 1}};
  CHECK(told(check_resources(apart)) == "");
  const std::vector<Resource> same{{"a-b", 1}, {"c", 1}, {"A_B", 1}};
  CHECK(told(check_resources(same)) ==
        "the resources \"a-b\" and \"A_B\" would both be FANOUT_RESOURCE_A_B");
}

TEST_CASE("what is needed has to be there") {
  const std::vector<Resource> resources{{"gpu", 2}, {"tape", 1}};
  const auto problem = [&](const Need& need) {
    return told(check_needs(std::span(&need, 1), resources));
  };
  CHECK(problem({"gpu", 2}) == "");
  CHECK(problem({"gpu", 3}) == "3 of \"gpu\" can never be had: there are 2");
  CHECK(problem({"tape", 2}) == "2 of \"tape\" can never be had: there is 1");
  CHECK(problem({"gqu", 1}) == "there is no resource \"gqu\" (did you mean \"gpu\"?)");
  const Need any{"gpu", 1};
  CHECK(told(check_needs(std::span(&any, 1), {})) ==
        "there is no resource \"gpu\": \"resources\" in a document or --resource says what there "
        "is");
}
