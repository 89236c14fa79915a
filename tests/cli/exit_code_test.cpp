#include "cli/exit_code.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string_view>
#include <vector>

using namespace fanout;
using namespace std::chrono_literals;

namespace {

constexpr ExitStyle kStyles[] = {ExitStyle::native, ExitStyle::parallel, ExitStyle::xargs,
                                 ExitStyle::first, ExitStyle::max};

/// Of five jobs, two of which failed: with 3 and, later in the input but earlier in time, with 9.
Verdict two_failures() {
  Verdict verdict;
  verdict.jobs = 5;
  verdict.failed = 2;
  verdict.first_code = 3;
  verdict.halting_code = 9;
  verdict.greatest_code = 9;
  verdict.greatest_xargs_code = 123;
  return verdict;
}

Halt halt_of(std::string_view text) {
  const Result<Halt> halt = parse_halt(text);
  REQUIRE(halt);
  return *halt;
}

Verdict halted(Verdict verdict, std::string_view halt) {
  verdict.halt = halt_of(halt);
  verdict.has_halted = true;
  return verdict;
}

std::vector<int> codes(const Verdict& verdict) {
  std::vector<int> codes;
  for (const ExitStyle style : kStyles) {
    codes.push_back(exit_code(style, verdict, ExitCode::success));
  }
  return codes;
}

using Codes = std::vector<int>;  // native, parallel, xargs, first, max

}  // namespace

TEST_CASE("the strongest reason decides the exit code") {
  CHECK(stronger(ExitCode::job_failed, ExitCode::usage) == ExitCode::usage);
  CHECK(stronger(ExitCode::not_possible, ExitCode::output_failed) == ExitCode::not_possible);
  CHECK(exit_code_for(ErrorKind::usage) == ExitCode::usage);
  CHECK(exit_code_for(ErrorKind::output) == ExitCode::output_failed);
}

TEST_CASE("the code of a job that did not succeed") {
  const std::pair<Outcome, std::pair<int, int>> table[] = {
      {Exited{1}, {1, 123}},
      {Exited{126}, {126, 123}},
      {Exited{254}, {254, 123}},
      {Exited{255}, {255, 124}},
      {Signaled{9}, {137, 125}},
      {TimedOut{1s, Signaled{15}}, {124, 123}},
      {TimedOut{1s, Exited{0}}, {124, 123}},
      {SpawnFailed{13, "exec", false}, {126, 126}},
      {SpawnFailed{2, "exec", true}, {127, 127}},
      {ParseFailed{"not JSON"}, {1, 123}},
      {CaptureFailed{"cut"}, {1, 123}},
      {Lost{"gone"}, {1, 123}},
  };
  for (const auto& [outcome, expected] : table) {
    const std::string what = describe(outcome);
    CAPTURE(what);
    CHECK(exit_code_of(outcome) == expected.first);
    CHECK(xargs_code_of(outcome) == expected.second);
  }
  CHECK(exit_code_of(Exited{0}) == 0);
}

TEST_CASE("each style has its code for a run") {
  CHECK(codes(Verdict()) == Codes{0, 0, 0, 0, 0});
  CHECK(codes(two_failures()) == Codes{1, 2, 123, 3, 9});
}

TEST_CASE("parallel counts failures up to a hundred") {
  Verdict verdict = two_failures();
  verdict.jobs = 500;
  verdict.failed = 100;
  CHECK(exit_code(ExitStyle::parallel, verdict, ExitCode::success) == 100);
  verdict.failed = 400;
  CHECK(exit_code(ExitStyle::parallel, verdict, ExitCode::success) == 101);
}

TEST_CASE("a run that was halted by failures has failed") {
  CHECK(codes(halted(two_failures(), "now,fail=1")) == Codes{1, 9, 123, 3, 9});
  CHECK(codes(halted(two_failures(), "soon,fail=2")) == Codes{1, 2, 123, 3, 9});
  CHECK(codes(halted(two_failures(), "soon,fail=30%")) == Codes{1, 40, 123, 3, 9});
}

TEST_CASE("a run that was halted by successes has succeeded, whatever failed before") {
  Verdict verdict = halted(two_failures(), "now,success=1");
  verdict.aborted = 2;
  CHECK(codes(verdict) == Codes{0, 0, 0, 0, 0});
}

TEST_CASE("a run that never came to its successes has failed as without --halt") {
  Verdict verdict = two_failures();
  verdict.halt = halt_of("now,success=4");
  CHECK(codes(verdict) == Codes{1, 2, 123, 3, 9});
}

TEST_CASE("a run that was halted when enough was done has failed only if a job has") {
  Verdict verdict;
  verdict.jobs = 5;
  verdict.aborted = 3;
  CHECK(codes(halted(verdict, "soon,done=2")) == Codes{0, 0, 0, 0, 0});
  CHECK(codes(halted(two_failures(), "soon,done=3")) == Codes{1, 2, 123, 3, 9});
  CHECK(codes(halted(two_failures(), "now,done=1")) == Codes{1, 9, 123, 3, 9});
}

TEST_CASE("a run that the deadline cut has not succeeded, even if no job has failed") {
  Verdict verdict;
  verdict.jobs = 5;
  verdict.aborted = 1;
  verdict.is_late = true;
  CHECK(codes(verdict) == Codes{1, 255, 1, 1, 1});
  verdict = halted(verdict, "soon,success=1");
  CHECK(codes(verdict) == Codes{1, 255, 1, 1, 1});
}

TEST_CASE("what is wrong with the run itself is stronger than its jobs, and 255 to parallel") {
  for (const ExitCode problem :
       {ExitCode::usage, ExitCode::output_failed, ExitCode::not_possible}) {
    for (const ExitStyle style : kStyles) {
      const int expected = style == ExitStyle::parallel ? 255 : static_cast<int>(problem);
      CHECK(exit_code(style, two_failures(), problem) == expected);
      CHECK(exit_code(style, problem) == expected);
    }
  }
  CHECK(exit_code(ExitStyle::parallel, ExitCode::success) == 0);
}
