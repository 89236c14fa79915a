#include "fanout/throttle.hpp"

#include <doctest/doctest.h>

using namespace fanout;
using namespace std::chrono_literals;

TEST_CASE("a rate is a number of starts in a length of time") {
  const auto rate = [](std::string_view text) {
    const Result<StartRate> parsed = parse_start_rate(text);
    REQUIRE_MESSAGE(parsed, text);
    return *parsed;
  };
  CHECK(rate("10/s").starts == 10);
  CHECK(rate("10/s").window == 1s);
  CHECK(rate("100/m").window == 1min);
  CHECK(rate("5/h").window == 1h);
  CHECK(rate("1/d").window == 24h);
  CHECK(rate("10/250ms").window == 250ms);
  CHECK(rate("10/ms").window == 1ms);
  CHECK(rate("10/1m30s").window == 90s);
  CHECK(rate("10/2").window == 2s);
  CHECK(format_start_rate(rate("10/s")) == "10/1s");
  CHECK(format_start_rate(rate("3/90s")) == "3/1m30s");
}

TEST_CASE("what is no rate is refused by name") {
  for (const char* wrong : {"", "10", "/s", "10/", "10/x", "1.5/s", "-1/s", "10/s/s", "10/S", "s",
                            "10/.5s", "10/-1s"}) {
    CAPTURE(wrong);
    const Result<StartRate> parsed = parse_start_rate(wrong);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().message.find("is not a rate; expected N/UNIT") != std::string::npos);
  }
  CHECK(parse_start_rate("0/s").error().message == "\"0/s\" would let nothing start");
  CHECK_FALSE(parse_start_rate("1/0s"));
  CHECK_FALSE(parse_start_rate("5000000000/s"));
}

TEST_CASE("a load is a number or a share of the processors") {
  const auto load = [](std::string_view text) {
    const Result<LoadLimit> parsed = parse_load_limit(text);
    REQUIRE_MESSAGE(parsed, text);
    return parsed->resolve(8);
  };
  CHECK(load("4") == 4);
  CHECK(load("2.5") == 2.5);
  CHECK(load("50%") == 4);
  CHECK(load("12.5%") == 1);
  CHECK(load("200%") == 16);
  for (const char* wrong :
       {"", "%", "x", "-1", "1e3", "inf", "nan", "1.", ".5", "4%%", "0", "0%"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_load_limit(wrong));
  }
}
