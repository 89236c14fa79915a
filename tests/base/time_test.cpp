#include "fanout/base/time.hpp"

#include <doctest/doctest.h>

#include <clocale>

using namespace fanout;
using namespace std::chrono_literals;

TEST_CASE("durations are read as people write them") {
  CHECK(*parse_duration("0") == 0s);
  CHECK(*parse_duration("1.5") == 1500ms);
  CHECK(*parse_duration("250ms") == 250ms);
  CHECK(*parse_duration("1m30s") == 90s);
  CHECK(*parse_duration("1h") == 1h);
  CHECK(*parse_duration("1d3.5h16.6m4s") == 24h + 210min + 996s + 4s);
  CHECK(*parse_duration("7us") == 7us);
}

TEST_CASE("wrong durations are refused by name") {
  for (const char* wrong : {"",      "1x",   "x",
                            "ms",    "1 s",  "-1",
                            "nan",   "inf",  "1e12",
                            "1e-9",  "1e2",  "0.0000000001",
                            "1.5.5", "1..5", "18446744073709551616d",
                            "1s1m",  "1s1s", "0x10",
                            "+1",    "1,5",  "1s ",
                            ".5"}) {
    CAPTURE(wrong);
    const Result<Duration> parsed = parse_duration(wrong);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().message.find("\"" + std::string(wrong) + "\"") == 0);
    CHECK(parsed.error().kind == ErrorKind::usage);
  }
}

TEST_CASE("too small for a double is not yet no time") {
  const std::string tiny = "0." + std::string(400, '0') + "1";
  CHECK(parse_duration(tiny).error().message.find("is less than a nanosecond") != tiny.npos);
}

TEST_CASE("a decimal comma locale changes nothing") {
  if (std::setlocale(LC_ALL, "de_DE.UTF-8") == nullptr) {
    MESSAGE("skipped: there is no locale de_DE.UTF-8 (tests/e2e makes one)");
    return;
  }
  CHECK(*parse_duration("1.5") == 1500ms);
  CHECK(format_seconds(1500ms) == "1.5");
  std::setlocale(LC_ALL, "C");
}

TEST_CASE("a formatted duration reads back as the same") {
  for (const Duration duration :
       {0ns, 1ns, 250000ns, 1500000000ns, 90000000000ns, 90061001000000ns}) {
    CHECK(*parse_duration(format_duration(duration)) == duration);
  }
  // Beyond 104 days a double does not hold every nanosecond: this was a microsecond less.
  const Duration ten_years = 24h * 3657 + 11h + 15min + 46s + 274ms + 258us;
  CHECK(*parse_duration(format_duration(ten_years)) == ten_years);
  CHECK(format_duration(90s) == "1m30s");
  CHECK(format_duration(1500ms) == "1s500ms");
}

TEST_CASE("seconds and wall time have the form of reports") {
  CHECK(format_seconds(0s) == "0.0");
  CHECK(format_seconds(213us) == "0.000213");
  CHECK(format_seconds(12s + 340ms) == "12.34");
  CHECK(format_wall_time(WallTime(1700000000s + 250us)) == "2023-11-14T22:13:20.000250Z");
}

TEST_CASE("a wall time is read back from its report, and nothing else is") {
  for (const Duration since : {Duration(0), Duration(1700000000s + 250us), Duration(951827696s)}) {
    CAPTURE(since.count());
    CHECK(parse_wall_time(format_wall_time(WallTime(since))) == WallTime(since));
  }
  for (const char* text :
       {"", "2023-11-14", "2023-11-14T22:13:20Z", "2023-11-14 22:13:20.000250Z",
        "2023-11-14T22:13:20.000250", "2023-02-29T22:13:20.000250Z", "2023-11-14T24:13:20.000250Z",
        "2023-11-14T22:60:20.000250Z", "2023-11-14T22:13:60.000250Z", "9999-11-14T22:13:20.000250Z",
        "0000-11-14T22:13:20.000250Z", "2023-11-14T22:13:2x.000250Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_wall_time(text));
  }
}
