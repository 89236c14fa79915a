#include "fanout/retry.hpp"

#include <doctest/doctest.h>

#include <csignal>

using namespace fanout;

namespace {

std::string read_back(std::string_view text) {
  const Result<RetryOn> ends = parse_retry_on(text);
  REQUIRE_MESSAGE(ends, text);
  return format_retry_on(*ends);
}

std::string problem(std::string_view text) {
  const Result<RetryOn> ends = parse_retry_on(text);
  return ends ? "" : ends.error().message;
}

}  // namespace

TEST_CASE("by default everything that a job can do wrong is worth a retry") {
  CHECK(format_retry_on({}) == "exit,signal,timeout");
  CHECK(*parse_retry_on("timeout,signal,exit") == RetryOn());
}

TEST_CASE("a list of ends is read and written back, sorted and without repetition") {
  CHECK(read_back("75") == "75");
  CHECK(read_back("64-78,1,75") == "1,64-78");
  CHECK(read_back("1-255") == "exit");
  CHECK(read_back("255,timeout") == "255,timeout");
  CHECK(read_back("signal:KILL,signal:SIGTERM,signal:1") ==
        "signal:SIGHUP,signal:SIGKILL,signal:SIGTERM");
  CHECK(read_back("signal:SIGRTMIN+1") == "signal:SIGRTMIN+1");
  CHECK(read_back("signal:32") == "signal:32");
  CHECK(read_back("signal:9,signal") == "signal");
}

TEST_CASE("only what the list names is in it") {
  const Result<RetryOn> ends = parse_retry_on("2-3,signal:KILL");
  REQUIRE(ends);
  CHECK_FALSE(ends->codes.test(1));
  CHECK(ends->codes.test(2));
  CHECK(ends->codes.test(3));
  CHECK_FALSE(ends->codes.test(4));
  CHECK(ends->signals.test(SIGKILL));
  CHECK(ends->signals.count() == 1);
  CHECK_FALSE(ends->timeout);
}

TEST_CASE("a wrong end is named") {
  CHECK(problem("0") == "\"0\" has the exit code 0, which is a success");
  CHECK(problem("0-3").find("\"0-3\" has the exit code 0") == 0);
  CHECK(problem("9-3") == "\"9-3\" ends before it begins");
  CHECK(problem("1,256").find("\"256\" is no exit code") == 0);
  CHECK(problem("1-").find("\"1-\" is no exit code") == 0);
  CHECK(problem("").find("\"\" is no exit code") == 0);
  CHECK(problem("1,,2").find("\"\" is no exit code") == 0);
  CHECK(problem("timout") ==
        "\"timout\" is no exit code; expected codes from 1 to 255, ranges such as 64-78, "
        "\"exit\", \"signal\" or \"timeout\" (did you mean \"timeout\"?)");
  for (const char* wrong : {"signal:", "signal:SIGNONE", "signal:0", "signal:65"}) {
    CHECK(problem(wrong).find("names no signal") != std::string::npos);
  }
}
