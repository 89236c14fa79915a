#include "fanout/value.hpp"

#include <doctest/doctest.h>

#include "fanout/job.hpp"

using namespace fanout;

TEST_CASE("a value as a word: strings as they are, all else as compact JSON") {
  using Kind = Value::Kind;
  CHECK(to_word(Value::of_string("a b")) == "a b");
  CHECK(to_word({Kind::number, "12345678901234567890", {}}) == "12345678901234567890");
  CHECK(to_word({Kind::number, "1.0", {}}) == "1.0");
  CHECK(to_word({Kind::boolean, "true", {}}) == "true");
  CHECK(to_word({}) == "null");
  CHECK(to_word({Kind::array, "", {Value::of_string("a\"b"), {Kind::number, "1", {}}, {}}}) ==
        R"(["a\"b",1,null])");
  CHECK(to_word({Kind::object, R"({"a":1})", {}}) == R"({"a":1})");
}

TEST_CASE("keyword arguments keep the order in which they were first given") {
  Kwargs kwargs;
  kwargs.set("b", Value::of_string("1"));
  kwargs.set("a", Value::of_string("2"));
  Kwargs own;
  own.set("b", Value::of_string("3"));
  own.set("c", Value::of_string("4"));
  kwargs.merge(own);
  std::string seen;
  for (const auto& [key, value] : kwargs) seen += key + value.text + " ";
  CHECK(seen == "b3 a2 c4 ");
  CHECK(kwargs.find("c")->text == "4");
  CHECK(kwargs.find("d") == nullptr);
}

TEST_CASE("the slot's number goes into every hole") {
  Command command{{"a-b", "xy"}, {{0, 1}, {0, 3}, {1, 2}}};
  CHECK(argv_in_slot(command, SlotNumber{12}) == std::vector<std::string>{"a12-b12", "xy12"});
}

TEST_CASE("what comes from the command line has no place to name") {
  const auto file = std::make_shared<const std::string>("jobs.json");
  CHECK(at({file, 3, 7}, "wrong") == "jobs.json:3:7: wrong");
  CHECK(at({}, "wrong") == "wrong");
}
