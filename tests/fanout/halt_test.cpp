#include "fanout/halt.hpp"

#include <doctest/doctest.h>

using namespace fanout;

namespace {

std::string read_back(std::string_view text) {
  const Result<Halt> halt = parse_halt(text);
  REQUIRE_MESSAGE(halt, text);
  return format_halt(*halt);
}

std::string problem(std::string_view text) {
  const Result<Halt> halt = parse_halt(text);
  return halt ? "" : halt.error().message;
}

}  // namespace

TEST_CASE("every form of halt is read and written back") {
  for (const char* text :
       {"never", "now,fail=1", "soon,fail=3", "now,success=2", "soon,success=1", "now,done=10",
        "soon,done=4294967295", "now,fail=1%", "soon,success=50%", "now,done=100%"}) {
    CHECK(read_back(text) == text);
  }
}

TEST_CASE("the short forms of GNU parallel") {
  CHECK(read_back("0") == "never");
  CHECK(read_back("1") == "soon,fail=1");
  CHECK(read_back("2") == "now,fail=1");
  CHECK(read_back("-1") == "soon,success=1");
  CHECK(read_back("-2") == "now,success=1");
  CHECK(read_back("20%") == "soon,fail=20%");
}

TEST_CASE("a wrong halt says what is wrong with it and what was expected") {
  const std::string expected =
      "; expected never, or WHEN,WHY=N or WHEN,WHY=N%, such as now,fail=1 or soon,success=10%";
  const std::pair<const char*, const char*> table[] = {
      {"now,fial=1",
       "has \"fial\" where \"fail\", \"success\" or \"done\" belongs (did you mean \"fail\"?)"},
      {"sonn,fail=1",
       "has \"sonn\" where \"never\", \"soon\" or \"now\" belongs (did you mean \"soon\"?)"},
      {"", "has \"\" where \"never\", \"soon\" or \"now\" belongs"},
      {"3", "has \"3\" where \"never\", \"soon\" or \"now\" belongs"},
      {"now", "does not say why"},
      {"now,", "has \"\" where \"fail\", \"success\" or \"done\" belongs"},
      {"now,fail", "has no number of jobs"},
      {"now,fail=", "has no number of jobs"},
      {"now,fail=x", "has no number of jobs"},
      {"now,fail=1,", "has no number of jobs"},
      {"now,fail=-1", "has no number of jobs"},
      {"now,fail=%", "has no number of jobs"},
      {"now,fail=0", "is less than one job"},
      {"now,fail=4294967296", "is too many"},
      {"now,fail=0%", "is not between 1% and 100%"},
      {"now,fail=101%", "is not between 1% and 100%"},
      {"0%", "is not between 1% and 100%"},
      {"never,fail=1", "has something after never"},
  };
  for (const auto& row : table) {
    const auto& text = row.first;
    const auto& what = row.second;
    CAPTURE(text);
    CHECK(problem(text) == "\"" + std::string(text) + "\" " + what + expected);
  }
}
