#include "store/control_message.hpp"

#include <doctest/doctest.h>

using namespace fanout;
using Wish = ControlRequest::Wish;

TEST_CASE("a message to a runner is one line of JSON") {
  CHECK(line_of(ControlRequest{Wish::abort, false}) == R"({"do":"abort","kill":false})");
  CHECK(line_of(ControlRequest{Wish::abort, true}) == R"({"do":"abort","kill":true})");
  CHECK(line_of(ControlRequest{Wish::wait, false}) == R"({"do":"wait"})");
  CHECK(line_of(ControlAnswer{true, true, {}}) == R"({"changed":true,"ok":true})");
  CHECK(line_of(ControlAnswer{false, false, "a \"b\"\n"}) == R"({"error":"a \"b\"\n","ok":false})");
}

TEST_CASE("what one side writes the other reads") {
  for (const ControlRequest& request :
       {ControlRequest{Wish::abort, false}, {Wish::abort, true}, {Wish::wait, false}}) {
    const auto read = parse_request(line_of(request));
    REQUIRE(read);
    CHECK(*read == request);
  }
  for (const ControlAnswer& answer :
       {ControlAnswer{true, true, {}}, {true, false, {}}, {false, false, "no \x1b"}}) {
    const auto read = parse_answer(line_of(answer));
    REQUIRE(read);
    CHECK(*read == answer);
  }
}

TEST_CASE("blanks and the order of keys mean nothing") {
  const auto read = parse_request(" { \"kill\" : true,\t\"do\":\"abort\" } \r");
  REQUIRE(read);
  CHECK(*read == ControlRequest{Wish::abort, true});
}

TEST_CASE("what is not exactly a message is not obeyed") {
  using namespace std::string_literals;
  const std::string cases[] = {
      "",
      " ",
      "abort",
      "null",
      "[]",
      "\"abort\"",
      "{",
      "{}",
      R"({"do":"abort"})",
      R"({"do":"abort","kill":false)",
      R"({"do":"abort","kill":false}})",
      R"({"do":"abort","kill":false}{"do":"abort","kill":false})",
      R"({"do":"abort","kill":false} x)",
      R"({"do":"abort","kill":0})",
      R"({"do":"abort","kill":"false"})",
      R"({"do":"abort","kill":null})",
      R"({"do":"abort","kill":false,"more":1})",
      R"({"do":"abort","do":"abort","kill":false})",
      R"({"do":"wait","do":"abort","kill":true})",
      R"({"do":"abort","kill":false,"kill":true})",
      R"({"do":"wait","kill":false})",
      R"({"do":"waits"})",
      R"({"do":"Abort","kill":false})",
      R"({"do":["abort"],"kill":false})",
      R"({"do":{"do":"abort","kill":false}})",
      R"([{"do":"abort","kill":false}])",
      R"({"DO":"abort","kill":false})",
      R"({'do':'abort','kill':false})",
      R"({"do":"abort\u0000","kill":false})",
      R"({"do":"abort","kill":false,})",
      R"(/* */{"do":"abort","kill":false})",
      "{\"do\":\"abort\",\"kill\":false}\0"s,
      "\0{\"do\":\"abort\",\"kill\":false}"s,
      "{\"do\":\"abort\xff\",\"kill\":false}",
      "{\"\xc0\xa0\":1}",
      "{\"do\":\"abort\",\"kill\":1e999999}",
      std::string(4000, '['),
      std::string(2000, '[') + std::string(2000, ']'),
      std::string(4000, '{'),
      "GET / HTTP/1.1",
  };
  for (const std::string& line : cases) {
    CAPTURE(line);
    CHECK_FALSE(parse_request(line));
    CHECK_FALSE(parse_answer(line));
  }
}

TEST_CASE("what is not exactly an answer is none") {
  for (const char* line : {R"({"ok":true})", R"({"ok":false})", R"({"ok":true,"error":"x"})",
                           R"({"ok":false,"changed":true})", R"({"ok":1,"changed":true})",
                           R"({"ok":true,"changed":true,"more":1})", R"({"ok":false,"error":1})"}) {
    CAPTURE(line);
    CHECK_FALSE(parse_answer(line));
  }
}

TEST_CASE("no message that was cut short is taken for one") {
  const std::string whole = line_of(ControlRequest{Wish::abort, true});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_FALSE(parse_request(whole.substr(0, size)));
  }
}

TEST_CASE("a message with one bit changed is another or none") {
  const std::string whole = line_of(ControlRequest{Wish::abort, false});
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    CAPTURE(damaged);
    CHECK_FALSE(parse_request(damaged));
  }
}
