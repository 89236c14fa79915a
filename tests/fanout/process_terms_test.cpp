#include "fanout/process_terms.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace fanout;

namespace {

std::string problem(std::string_view limits) {
  ProcessTerms terms;
  const Result<void> done = set_limits(terms, limits);
  return done ? "" : done.error().message;
}

std::optional<std::uint64_t> limit(std::string_view text, ProcessLimit which) {
  ProcessTerms terms;
  const Result<void> done = set_limits(terms, text);
  REQUIRE_MESSAGE(done, text);
  return terms.limits[static_cast<std::size_t>(which)];
}

}  // namespace

TEST_CASE("a limit is a time, a size or a number, by its name") {
  CHECK(limit("cpu=1m30s", ProcessLimit::cpu) == 90);
  CHECK(limit("memory=1.5G", ProcessLimit::memory) == 3ULL << 29);
  CHECK(limit("data=1K", ProcessLimit::data) == 1024);
  CHECK(limit("stack=8M", ProcessLimit::stack) == 8 << 20);
  CHECK(limit("file_size=0", ProcessLimit::file_size) == 0);
  CHECK(limit("files=256", ProcessLimit::files) == 256);
  CHECK(limit("processes=10", ProcessLimit::processes) == 10);
  CHECK(limit("core=0", ProcessLimit::core) == 0);
  CHECK(limit("locked=64K", ProcessLimit::locked) == 65536);
  for (const std::string_view name : limit_names()) {
    CAPTURE(name);
    CHECK(problem(std::string(name) + "=unlimited") == "");
  }
}

TEST_CASE("processor time is whole seconds, rounded up") {
  CHECK(limit("cpu=200ms", ProcessLimit::cpu) == 1);
  CHECK(limit("cpu=1.001", ProcessLimit::cpu) == 2);
  CHECK(limit("cpu=2", ProcessLimit::cpu) == 2);
  CHECK(problem("cpu=0") == "cpu: \"0\" is no time at all; expected more, or unlimited");
}

TEST_CASE("several limits are a list, and the last word on each counts") {
  ProcessTerms terms;
  REQUIRE(set_limits(terms, "cpu=5,memory=1K"));
  REQUIRE(set_limits(terms, "memory=unlimited,files=3"));
  CHECK(terms.limits[static_cast<std::size_t>(ProcessLimit::cpu)] == 5);
  CHECK(terms.limits[static_cast<std::size_t>(ProcessLimit::memory)] == kNoLimit);
  CHECK(terms.limits[static_cast<std::size_t>(ProcessLimit::files)] == 3);
  CHECK_FALSE(terms.limits[static_cast<std::size_t>(ProcessLimit::core)]);
}

TEST_CASE("what is wrong with a limit is named") {
  CHECK(problem("mem=1").find("\"mem\" is no limit; there are \"cpu\", \"memory\"") == 0);
  CHECK(problem("file-size=1").find("(did you mean \"file_size\"?)") != std::string::npos);
  CHECK(problem("memory") == "\"memory\" is not NAME=VALUE, such as memory=1G");
  CHECK(problem("memory=").find("memory: \"\" is not a size") == 0);
  CHECK(problem("memory=1x").find("memory: \"1x\" is not a size") == 0);
  CHECK(problem("files=1K").find("files: \"1K\" is not a whole number") == 0);
  CHECK(problem("files=-1").find("files: \"-1\" is negative") == 0);
  CHECK(problem("cpu=1,").find("\"\" is not NAME=VALUE") == 0);
}

TEST_CASE("nice is a whole number from -20 to 19") {
  ProcessTerms terms;
  for (const char* right : {"-20", "0", "19"}) CHECK(set_nice(terms, right));
  CHECK(terms.nice == 19);
  for (const char* wrong : {"20", "-21", "1.5", "", "x", "1 ", "99999999999"}) {
    CAPTURE(wrong);
    const Result<void> done = set_nice(terms, wrong);
    REQUIRE_FALSE(done);
    CHECK(done.error().message.find("is not a whole number from -20 to 19") != std::string::npos);
  }
}

TEST_CASE("a job's own terms are merged over those of the run") {
  ProcessTerms common;
  ProcessTerms own;
  CHECK(merged(common, own).says_nothing());
  REQUIRE(set_nice(common, "5"));
  REQUIRE(set_limits(common, "cpu=1,files=2"));
  REQUIRE(set_limits(own, "files=3"));
  ProcessTerms expected;
  REQUIRE(set_nice(expected, "5"));
  REQUIRE(set_limits(expected, "cpu=1,files=3"));
  CHECK(merged(common, own) == expected);
  REQUIRE(set_nice(own, "0"));
  CHECK(merged(common, own).nice == 0);
}
