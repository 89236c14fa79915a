#include "cli/ending.hpp"

#include <doctest/doctest.h>

using namespace fanout;

namespace {

void finish(Ending& ending, std::uint64_t index, const Outcome& outcome) {
  JobFinished finished;
  finished.record.spec.index = JobIndex{index};
  finished.record.outcome = outcome;
  REQUIRE(ending.on(std::move(finished)));
}

}  // namespace

TEST_CASE("the first failure is the first in the input, the halting one the first in time") {
  Ending ending;
  finish(ending, 0, Exited{0});
  finish(ending, 3, Exited{7});
  finish(ending, 1, Signaled{9});
  finish(ending, 2, Exited{255});
  finish(ending, 4, Cancelled{Cancelled::Reason::killed, Signaled{15}});
  CHECK(ending.verdict().first_code == 137);
  CHECK(ending.verdict().halting_code == 7);
  CHECK(ending.verdict().greatest_code == 255);
  CHECK(ending.verdict().greatest_xargs_code == 125);
}

TEST_CASE("a run has ended all that ran when it was to be killed, not when it was drained") {
  using Reason = RunCancelling::Reason;
  using How = RunCancelling::How;
  Ending ending;
  CHECK_FALSE(ending.ended_all());
  REQUIRE(ending.on(RunCancelling{Reason::success, Instant(), How::drain}));
  CHECK_FALSE(ending.ended_all());
  CHECK(ending.verdict().has_halted);
  REQUIRE(ending.on(RunCancelling{Reason::deadline, Instant(), How::kill}));
  CHECK(ending.ended_all());
  CHECK(ending.verdict().is_late);
  CHECK(ending.cut_by() == Reason::deadline);
}

TEST_CASE("a signal is no halt") {
  Ending ending(Halt{Halt::When::now});
  REQUIRE(
      ending.on(RunCancelling{RunCancelling::Reason::signal, Instant(), RunCancelling::How::kill}));
  CHECK_FALSE(ending.verdict().has_halted);
}
