#include "sched/scheduler.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "fake_output.hpp"

using namespace fanout;
using namespace std::chrono_literals;

namespace {

constexpr Instant kStart{};

JobSpec job(std::uint64_t index) {
  JobSpec spec;
  spec.index = JobIndex{index};
  spec.command.argv = {"job", std::to_string(index)};
  return spec;
}

/// A scheduler, the time it is told, and what it ordered and told so far.
struct Bench {
  explicit Bench(Policy policy) : scheduler(policy, kStart) {}

  void add(std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t i = first; i <= last; ++i) scheduler.add(job(i));
  }
  void step(Instant at) {
    now = at;
    while (std::optional<Action> action = scheduler.next_action(now, now))
      actions.push_back(*action);
    while (std::optional<Event> event = scheduler.next_event()) {
      if (auto* finished = std::get_if<JobFinished>(&*event)) {
        records.push_back(std::move(finished->record));
      } else if (auto* end = std::get_if<RunFinished>(&*event)) {
        summary = end->summary;
      } else if (auto* reduced = std::get_if<WorkersReduced>(&*event)) {
        reductions.push_back(reduced->workers);
      } else if (auto* status = std::get_if<RunStatus>(&*event)) {
        statuses.push_back(std::move(*status));
      } else if (auto* cancelling = std::get_if<RunCancelling>(&*event)) {
        reasons.push_back(cancelling->reason);
      }
    }
  }
  void end(AttemptId id, Outcome outcome) {
    AttemptEnded ended;
    ended.id = id;
    ended.end = std::move(outcome);
    ended.at = now;
    scheduler.on(std::move(ended), now);
    step(now);
  }
  void exit(AttemptId id) {
    scheduler.on(ProcessExited{id, now}, now);
    step(now);
  }
  void refuse(AttemptId id) {
    scheduler.on(StartRefused{id, "fork: Resource temporarily unavailable"}, now);
    step(now);
  }
  std::vector<StartAttempt> starts() const {
    std::vector<StartAttempt> found;
    for (const Action& action : actions) {
      if (const auto* start = std::get_if<StartAttempt>(&action)) found.push_back(*start);
    }
    return found;
  }
  std::vector<StopAttempt> stops() const {
    std::vector<StopAttempt> found;
    for (const Action& action : actions) {
      if (const auto* stop = std::get_if<StopAttempt>(&action)) found.push_back(*stop);
    }
    return found;
  }
  /// Runs to the end: everything that starts ends at once with what `end_with` says.
  template <typename EndWith>
  void run(std::uint64_t jobs, EndWith end_with) {
    std::uint64_t next = 0;
    std::size_t ended = 0;
    while (!summary) {
      step(now);
      if (scheduler.wants_job()) {
        next < jobs ? scheduler.add(job(next++)) : scheduler.end_of_jobs();
        continue;
      }
      step(std::max(now, scheduler.next_deadline().value_or(now)));
      const std::vector<StartAttempt> begun = starts();
      most_running = std::max(most_running, begun.size() - ended);
      if (ended < begun.size()) end(begun[ended].id, end_with(begun[ended].id)), ++ended;
    }
  }

  Instant now = kStart;
  Scheduler scheduler;
  std::vector<Action> actions;
  std::vector<JobRecord> records;
  std::vector<RunCancelling::Reason> reasons;
  std::vector<std::uint32_t> reductions;
  std::vector<RunStatus> statuses;
  std::optional<Summary> summary;
  std::size_t most_running = 0;
};

const JobRecord& record_of(const Bench& bench, std::uint64_t index) {
  for (const JobRecord& record : bench.records) {
    if (record.spec.index.value == index) return record;
  }
  FAIL("no record of job " << index);
  return bench.records.front();
}

std::string kind(const Bench& bench, std::uint64_t index) {
  return std::string(error_kind(record_of(bench, index).outcome));
}

}  // namespace

TEST_CASE("a run without jobs finishes at once and has no workers") {
  Bench bench({.max_workers = 4});
  bench.scheduler.end_of_jobs();
  bench.step(kStart);
  REQUIRE(bench.summary);
  CHECK(bench.summary->jobs == 0);
  CHECK(bench.summary->workers == 0);
  CHECK(bench.scheduler.is_done());
}

TEST_CASE("never more run than there are workers, and each job has one record") {
  Bench bench({.max_workers = 3});
  bench.run(20, [](AttemptId id) { return Exited{id.job.value % 2 == 0 ? 0 : 1}; });
  CHECK(bench.most_running == 3);
  CHECK(bench.records.size() == 20);
  CHECK(bench.summary->succeeded == 10);
  CHECK(bench.summary->failed == 10);
  CHECK(bench.summary->workers == 3);
}

TEST_CASE("jobs are pulled only when a worker is free") {
  Bench bench({.max_workers = 2});
  CHECK(bench.scheduler.wants_job());
  bench.add(0, 0);
  CHECK_FALSE(bench.scheduler.wants_job());
  bench.step(kStart);
  CHECK(bench.scheduler.wants_job());
  bench.add(1, 1);
  bench.step(kStart);
  CHECK_FALSE(bench.scheduler.wants_job());
}

TEST_CASE("the workers of the summary are never more than the jobs") {
  Bench bench({.max_workers = 8});
  bench.run(3, [](AttemptId) { return Exited{0}; });
  CHECK(bench.summary->workers == 3);
}

TEST_CASE("the lowest free slot is taken first") {
  Bench bench({.max_workers = 3});
  bench.add(0, 2);
  bench.step(kStart);
  bench.end(bench.starts()[1].id, Exited{0});
  bench.end(bench.starts()[0].id, Exited{0});
  bench.add(3, 3);
  bench.step(kStart);
  CHECK(bench.starts()[0].id.slot.value == 1);
  CHECK(bench.starts()[3].id.slot.value == 1);
}

TEST_CASE("a timeout asks, waits the grace, then kills, and says timeout whatever the exit") {
  Bench bench({.max_workers = 1, .timeout = 2s, .grace = 5s});
  bench.add(0, 0);
  bench.step(kStart);
  CHECK(bench.scheduler.next_deadline() == kStart + 2s);
  bench.step(kStart + 1999ms);
  CHECK(bench.stops().empty());
  bench.step(kStart + 2s);
  REQUIRE(bench.stops().size() == 1);
  CHECK(bench.stops()[0].how == StopAttempt::How::ask);
  CHECK(bench.scheduler.next_deadline() == kStart + 7s);
  bench.step(kStart + 7s);
  REQUIRE(bench.stops().size() == 2);
  CHECK(bench.stops()[1].how == StopAttempt::How::kill);
  bench.end(bench.starts()[0].id, Exited{0});
  CHECK(kind(bench, 0) == "timeout");
  CHECK(record_of(bench, 0).attempts[0].elapsed == 7s);
}

TEST_CASE("an exit that is told together with its timeout beats the timeout") {
  Bench bench({.max_workers = 1, .timeout = 2s});
  bench.add(0, 0);
  bench.step(kStart);
  bench.now = kStart + 3s;
  bench.end(bench.starts()[0].id, Exited{0});
  CHECK(status_of(record_of(bench, 0).outcome) == Status::succeeded);
  CHECK(bench.stops().empty());
}

TEST_CASE("a job's own timeout and grace beat those of the run") {
  Bench bench({.max_workers = 1, .timeout = 100s, .grace = 100s});
  JobSpec own = job(0);
  own.timeout = 1s;
  own.grace = 2s;
  bench.scheduler.add(own);
  bench.step(kStart);
  bench.step(kStart + 1s);
  bench.step(kStart + 3s);
  CHECK(bench.stops().size() == 2);
}

TEST_CASE("a timeout of 0 is none") {
  Bench bench({.max_workers = 1, .timeout = 5s});
  JobSpec own = job(0);
  own.timeout = 0s;
  bench.scheduler.add(own);
  bench.step(kStart);
  CHECK_FALSE(bench.scheduler.next_deadline());
}

TEST_CASE("what can be retried is, and every attempt stays in the record") {
  Bench bench({.max_workers = 1, .retries = 2});
  bench.run(1, [](AttemptId id) -> Outcome {
    return id.number == 1 ? Outcome(Exited{3}) : id.number == 2 ? Outcome(Signaled{9}) : Exited{0};
  });
  REQUIRE(bench.records.size() == 1);
  CHECK(bench.records[0].attempts.size() == 3);
  CHECK(error_kind(bench.records[0].attempts[1].outcome) == "signal");
  CHECK(status_of(bench.records[0].outcome) == Status::succeeded);
}

TEST_CASE("a spawn failure is never retried") {
  Bench bench({.max_workers = 1, .retries = 5});
  bench.run(1, [](AttemptId) { return SpawnFailed{2, "exec \"x\": no", true}; });
  CHECK(bench.starts().size() == 1);
}

TEST_CASE("an order says whether another attempt may follow") {
  Bench bench({.max_workers = 2, .retries = 1});
  JobSpec once = job(1);
  once.retries = 0;
  bench.scheduler.add(job(0));
  bench.scheduler.add(once);
  bench.step(kStart);
  bench.end(bench.starts().at(0).id, Exited{1});
  REQUIRE(bench.starts().size() == 3);
  CHECK_FALSE(bench.starts()[0].is_last);
  CHECK(bench.starts()[1].is_last);
  CHECK(bench.starts()[2].id.number == 2);
  CHECK(bench.starts()[2].is_last);
}

TEST_CASE("retries end with the last failure") {
  Bench bench({.max_workers = 1, .retries = 2});
  bench.run(2, [](AttemptId id) { return Exited{static_cast<int>(id.number)}; });
  CHECK(bench.starts().size() == 6);
  CHECK(std::get<Exited>(record_of(bench, 1).outcome).code == 3);
}

TEST_CASE("a retry comes before the next job, so that a serial run stays in order") {
  Bench bench({.max_workers = 1, .retries = 1});
  bench.run(2, [](AttemptId id) { return Exited{id.number == 1 ? 1 : 0}; });
  std::vector<std::uint64_t> order;
  for (const StartAttempt& start : bench.starts()) order.push_back(start.id.job.value);
  CHECK(order == std::vector<std::uint64_t>{0, 0, 1, 1});
}

TEST_CASE("the pause keeps any two starts apart") {
  Bench bench({.max_workers = 4, .pause = 200ms});
  bench.add(0, 3);
  bench.step(kStart);
  CHECK(bench.starts().size() == 1);
  CHECK(bench.scheduler.next_deadline() == kStart + 200ms);
  bench.step(kStart + 199ms);
  CHECK(bench.starts().size() == 1);
  bench.step(kStart + 250ms);
  CHECK(bench.starts().size() == 2);
  CHECK(bench.scheduler.next_deadline() == kStart + 450ms);
}

TEST_CASE("with drain nothing more starts and what runs may finish") {
  Bench bench({.max_workers = 2, .retries = 3, .halt = {Halt::When::soon}});
  JobSpec fragile = job(0);
  fragile.retries = 0;
  bench.scheduler.add(fragile);
  bench.add(1, 1);
  bench.step(kStart);
  bench.end(bench.starts()[0].id, Exited{1});
  CHECK(bench.reasons == std::vector{RunCancelling::Reason::failure});
  CHECK(bench.stops().empty());
  CHECK(bench.scheduler.wants_job());  // to record it as not started
  bench.add(2, 2);
  bench.scheduler.end_of_jobs();
  bench.end(bench.starts()[1].id, Exited{7});  // no retry while draining
  CHECK(kind(bench, 2) == "not_started");
  CHECK(kind(bench, 1) == "exit");
  CHECK(bench.summary->aborted == 1);
}

TEST_CASE("with kill the running ones are ended too, and are aborted, not failed") {
  Bench bench({.max_workers = 3, .grace = 1s, .halt = {Halt::When::now}});
  bench.add(0, 2);
  bench.step(kStart);
  bench.end(bench.starts()[0].id, Exited{1});
  CHECK(bench.stops().size() == 2);
  bench.end(bench.starts()[1].id, Signaled{15});
  bench.add(3, 3);
  bench.scheduler.end_of_jobs();
  bench.step(kStart + 1s);
  CHECK(bench.stops().size() == 3);
  bench.end(bench.starts()[2].id, Signaled{9});
  CHECK(kind(bench, 0) == "exit");
  CHECK(kind(bench, 1) == "killed");
  CHECK(kind(bench, 2) == "killed");
  CHECK(kind(bench, 3) == "not_started");
  CHECK(bench.summary->failed == 1);
  CHECK(bench.summary->aborted == 3);
}

TEST_CASE("a job that succeeded before it could be asked to end has succeeded") {
  Bench bench({.max_workers = 2, .halt = {Halt::When::now}});
  bench.add(0, 1);
  bench.step(kStart);
  // Both ends are known before any order could go out.
  for (const std::uint64_t index : {0U, 1U}) {
    AttemptEnded ended;
    ended.id = bench.starts()[index].id;
    ended.end = Exited{index == 0 ? 1 : 0};
    bench.scheduler.on(std::move(ended), kStart);
  }
  bench.step(kStart);
  CHECK(bench.stops().empty());
  CHECK(status_of(record_of(bench, 1).outcome) == Status::succeeded);
}

TEST_CASE("what never was a process is neither timed out nor killed") {
  Bench bench({.max_workers = 2, .timeout = 1s, .grace = 1h});
  bench.add(0, 1);
  bench.step(kStart);
  bench.step(kStart + 1s);
  CHECK(bench.stops().size() == 2);
  bench.end(bench.starts()[0].id, SpawnFailed{2, "exec \"x\": no", true});
  bench.end(bench.starts()[1].id, Lost{"gone"});
  CHECK(kind(bench, 0) == "spawn");
  CHECK(kind(bench, 1) == "lost");
}

TEST_CASE("a job that waits for its retry when the run is ended keeps its failure and output") {
  Bench bench({.max_workers = 1, .pause = 1s, .retries = 1});
  bench.add(0, 0);
  bench.step(kStart);
  AttemptEnded ended;
  ended.id = bench.starts()[0].id;
  ended.end = Exited{4};
  ended.err = make_output("why");
  bench.scheduler.on(std::move(ended), kStart);
  bench.step(kStart);
  bench.scheduler.on(SignalArrived{15}, kStart);
  bench.scheduler.end_of_jobs();
  bench.step(kStart);
  CHECK(kind(bench, 0) == "exit");
  CHECK(bytes_of(record_of(bench, 0).err) == "why");
}

TEST_CASE("the deadline ends the whole run") {
  Bench bench({.max_workers = 1, .grace = 1s, .deadline = 10s});
  bench.add(0, 0);
  bench.step(kStart);
  CHECK(bench.scheduler.next_deadline() == kStart + 10s);
  bench.step(kStart + 10s);
  CHECK(bench.stops().size() == 1);
  CHECK(bench.scheduler.is_cancelling());
  bench.add(1, 1);
  bench.scheduler.end_of_jobs();
  bench.end(bench.starts()[0].id, Signaled{15});
  CHECK(kind(bench, 0) == "deadline");
  CHECK(kind(bench, 1) == "not_started");
  CHECK(bench.reasons == std::vector{RunCancelling::Reason::deadline});
}

TEST_CASE("a signal asks all to end, the second one kills at once") {
  Bench bench({.max_workers = 2, .grace = 100s});
  bench.add(0, 1);
  bench.step(kStart);
  bench.scheduler.on(SignalArrived{2}, kStart);
  bench.step(kStart);
  CHECK(bench.stops().size() == 2);
  bench.scheduler.on(SignalArrived{2}, kStart);
  bench.step(kStart);
  REQUIRE(bench.stops().size() == 4);
  CHECK(bench.stops()[3].how == StopAttempt::How::kill);
  CHECK(bench.reasons.size() == 1);
}

TEST_CASE("the first signal during fail-fast does not cut the grace short") {
  Bench bench({.max_workers = 2, .grace = 10s, .halt = {Halt::When::now}});
  bench.add(0, 1);
  bench.step(kStart);
  bench.end(bench.starts()[0].id, Exited{1});
  bench.scheduler.on(SignalArrived{2}, kStart);
  bench.step(kStart);
  REQUIRE(bench.stops().size() == 1);
  CHECK(bench.stops()[0].how == StopAttempt::How::ask);
}

TEST_CASE("news of an attempt that is over is ignored") {
  Bench bench({.max_workers = 1});
  bench.add(0, 0);
  bench.step(kStart);
  const AttemptId id = bench.starts()[0].id;
  bench.end(id, Exited{0});
  bench.end(id, Exited{1});
  CHECK(bench.records.size() == 1);
}

TEST_CASE("wrong input in mid-stream lets what runs finish and starts nothing more") {
  Bench bench({.max_workers = 1});
  bench.add(0, 0);
  bench.step(kStart);
  bench.scheduler.input_failed();
  CHECK_FALSE(bench.scheduler.wants_job());
  bench.end(bench.starts()[0].id, Exited{0});
  CHECK(bench.summary->succeeded == 1);
  CHECK(bench.reasons == std::vector{RunCancelling::Reason::input_error});
}

TEST_CASE("who still holds the output of a job that exited is let go after the leak timeout") {
  Bench bench({.timeout = 500ms, .leak_timeout = 1s});
  bench.add(0, 0);
  bench.step(kStart);
  bench.now = kStart + 100ms;
  bench.exit(bench.starts()[0].id);
  bench.step(kStart + 1099ms);
  CHECK(bench.stops().empty());  // neither the leak timeout nor the timeout: the job has exited
  bench.step(kStart + 1100ms);
  REQUIRE(bench.stops().size() == 1);
  CHECK(bench.stops()[0].how == StopAttempt::How::release);
  bench.end(bench.starts()[0].id, Exited{0});
  CHECK(kind(bench, 0) == "");
  CHECK(record_of(bench, 0).attempts[0].has_leaked);
}

TEST_CASE("with --on-leak kill those who are left are killed at the leak timeout") {
  Bench bench({.grace = 5s, .leak_timeout = 1s, .on_leak = OnLeak::kill});
  bench.add(0, 0);
  bench.step(kStart);
  bench.exit(bench.starts()[0].id);
  bench.step(kStart + 1s);
  REQUIRE(bench.stops().size() == 1);
  CHECK(bench.stops()[0].how == StopAttempt::How::kill);
  CHECK_FALSE(bench.scheduler.next_deadline());
}

TEST_CASE("those who let go in time have not leaked") {
  Bench bench({.leak_timeout = 1s});
  bench.add(0, 0);
  bench.step(kStart);
  bench.exit(bench.starts()[0].id);
  bench.end(bench.starts()[0].id, Exited{0});
  CHECK(bench.stops().empty());
  CHECK_FALSE(record_of(bench, 0).attempts[0].has_leaked);
}

TEST_CASE("a leak timeout of 0 waits for as long as the job's own timeout allows") {
  for (const Duration timeout : {Duration(0s), Duration(1s)}) {
    Bench bench({.timeout = timeout});
    bench.add(0, 0);
    bench.step(kStart);
    bench.exit(bench.starts()[0].id);
    CHECK(bench.scheduler.next_deadline().has_value() == (timeout > 0s));
    bench.step(kStart + 1h);
    CHECK(bench.stops().size() == (timeout > 0s ? 1 : 0));
  }
}

TEST_CASE("a job that had exited before the run was ended succeeded, and what it left is ended") {
  Bench bench({.grace = 2s, .leak_timeout = 1s});
  bench.add(0, 0);
  bench.step(kStart);
  bench.exit(bench.starts()[0].id);
  bench.scheduler.on(SignalArrived{15}, kStart);
  bench.step(kStart);
  REQUIRE(bench.stops().size() == 1);
  CHECK(bench.stops()[0].how == StopAttempt::How::ask);
  bench.step(kStart + 2s);
  REQUIRE(bench.stops().size() == 2);
  CHECK(bench.stops()[1].how == StopAttempt::How::kill);
  bench.end(bench.starts()[0].id, Exited{0});
  CHECK(kind(bench, 0) == "");
  CHECK(record_of(bench, 0).attempts[0].has_leaked);
}

TEST_CASE("an attempt that is being ended is not judged by its exit alone") {
  Bench bench({.timeout = 1s, .grace = 5s, .leak_timeout = 1s});
  bench.add(0, 0);
  bench.step(kStart);
  bench.step(kStart + 1s);
  bench.exit(bench.starts()[0].id);
  bench.step(kStart + 5s);
  CHECK(bench.stops().size() == 1);  // its descendants still have their grace
  bench.step(kStart + 6s);
  REQUIRE(bench.stops().size() == 2);
  CHECK(bench.stops()[1].how == StopAttempt::How::kill);
  bench.end(bench.starts()[0].id, Signaled{15});
  CHECK(kind(bench, 0) == "timeout");
}

TEST_CASE(
    "a start that the system refuses leaves the job in its place and the run with fewer workers") {
  Bench bench({.max_workers = 4});
  bench.add(0, 3);
  bench.step(kStart);
  bench.refuse(bench.starts()[3].id);
  bench.refuse(bench.starts()[2].id);
  CHECK(bench.reductions == std::vector<std::uint32_t>{3, 2});
  CHECK(bench.starts().size() == 4);  // nothing new before one has ended
  bench.end(bench.starts()[0].id, Exited{0});
  REQUIRE(bench.starts().size() == 5);
  CHECK(bench.starts()[4].id.job.value == 2);
  CHECK(bench.starts()[4].id.number == 1);  // what was refused was no attempt
  bench.end(bench.starts()[1].id, Exited{0});
  bench.scheduler.end_of_jobs();
  bench.end(bench.starts()[4].id, Exited{0});
  bench.end(bench.starts()[5].id, Exited{0});
  REQUIRE(bench.summary);
  CHECK(bench.summary->workers == 2);
  CHECK(bench.summary->workers_limited_by == "fork: Resource temporarily unavailable");
  CHECK(bench.records.size() == 4);
}

TEST_CASE("when not even one can be started it tries for a second and gives up") {
  Bench bench({.max_workers = 2});
  bench.add(0, 1);
  bench.scheduler.end_of_jobs();
  bench.step(kStart);
  std::size_t refused = 0;
  while (!bench.summary) {
    while (refused < bench.starts().size()) bench.refuse(bench.starts()[refused++].id);
    if (!bench.summary) bench.step(bench.scheduler.next_deadline().value());
  }
  CHECK(bench.now - kStart >= 1s);
  CHECK(bench.now - kStart < 2s);
  CHECK(bench.reasons == std::vector{RunCancelling::Reason::not_possible});
  CHECK(kind(bench, 0) == "not_started");
  CHECK(kind(bench, 1) == "not_started");
  CHECK(bench.summary->workers == 0);
}

TEST_CASE("a refusal that passes is forgotten") {
  Bench bench({.max_workers = 1});
  bench.add(0, 1);
  bench.step(kStart);
  bench.refuse(bench.starts()[0].id);
  bench.step(bench.scheduler.next_deadline().value());
  REQUIRE(bench.starts().size() == 2);
  bench.end(bench.starts()[1].id, Exited{0});
  bench.now = kStart + 10s;
  bench.refuse(bench.starts()[2].id);
  CHECK(bench.reasons.empty());
}

TEST_CASE("a job whose start was refused while the run ends was not started") {
  Bench bench({.max_workers = 1});
  bench.add(0, 0);
  bench.step(kStart);
  bench.scheduler.on(SignalArrived{15}, kStart);
  bench.refuse(bench.starts()[0].id);
  bench.scheduler.end_of_jobs();
  bench.step(kStart);
  CHECK(kind(bench, 0) == "not_started");
  CHECK(bench.summary);
}

TEST_CASE("the time in which fanout and its jobs were stopped counts for no timeout") {
  Bench bench({.max_workers = 2, .timeout = 2s, .grace = 100s, .deadline = 60s, .pause = 1s});
  bench.add(0, 1);
  bench.step(kStart);
  bench.now = kStart + 30s;
  bench.scheduler.on(RunResumed{29500ms}, bench.now);
  bench.step(bench.now);
  CHECK(bench.stops().empty());
  CHECK(bench.starts().size() == 1);  // the pause goes on, too
  bench.step(kStart + 30500ms);
  CHECK(bench.starts().size() == 2);
  bench.step(kStart + 31499ms);
  CHECK(bench.stops().empty());
  bench.step(kStart + 31500ms);
  CHECK(bench.stops().size() == 1);
  bench.step(kStart + 89s);
  CHECK(bench.reasons.empty());
  bench.step(kStart + 89500ms);
  CHECK(bench.reasons == std::vector{RunCancelling::Reason::deadline});
}

TEST_CASE("whoever asks is told what runs, and for how long") {
  Bench bench({.max_workers = 2});
  bench.add(0, 1);
  bench.step(kStart);
  bench.now = kStart + 3s;
  bench.end(bench.starts()[0].id, Exited{1});
  bench.scheduler.on(StatusAsked{}, bench.now);
  bench.step(bench.now);
  REQUIRE(bench.statuses.size() == 1);
  const RunStatus& status = bench.statuses[0];
  CHECK(status.so_far.failed == 1);
  CHECK(status.so_far.elapsed == 3s);
  REQUIRE(status.running.size() == 1);
  CHECK(status.running[0].elapsed == 3s);
  CHECK(status.running[0].job.argv == std::vector<std::string>{"job", "1"});
}

// Bug: when fanout was stopped between two looks at the news, jobs that had ended long ago were
// judged by the time that had passed meanwhile.
TEST_CASE("a deadline is judged only when all news up to it was heard") {
  Bench bench({.timeout = 1s, .deadline = 2s});
  bench.add(0, 0);
  bench.step(kStart);
  const Instant late = kStart + 1h;
  CHECK_FALSE(bench.scheduler.next_action(late, kStart + 999ms));
  CHECK(bench.scheduler.next_deadline() == kStart + 1s);
  AttemptEnded ended;
  ended.id = bench.starts()[0].id;
  ended.end = Exited{0};
  ended.at = late;
  bench.scheduler.on(std::move(ended), late);
  bench.scheduler.end_of_jobs();
  bench.step(late);
  CHECK(kind(bench, 0) == "");
  CHECK(bench.reasons.empty());
}

TEST_CASE("many refusals among the news are one reduction") {
  Bench bench({.max_workers = 4});
  bench.add(0, 3);
  bench.step(kStart);
  for (const std::size_t i : {3U, 2U, 1U}) {
    bench.scheduler.on(StartRefused{bench.starts()[i].id, "fork"}, kStart);
  }
  bench.step(kStart);
  CHECK(bench.reductions == std::vector<std::uint32_t>{1});
}

TEST_CASE("refused jobs keep their order") {
  Bench bench({.max_workers = 4});
  bench.add(0, 4);
  bench.step(kStart);
  for (const std::size_t i : {1U, 2U, 3U}) {
    bench.scheduler.on(StartRefused{bench.starts()[i].id, "fork"}, kStart);
  }
  bench.step(kStart);
  bench.end(bench.starts()[0].id, Exited{0});
  REQUIRE(bench.starts().size() == 5);
  CHECK(bench.starts()[4].id.job.value == 1);
}

TEST_CASE("after a reduction one more worker is tried now and then, up to what was asked for") {
  Bench bench({.max_workers = 2});
  bench.add(0, 9);
  bench.step(kStart);
  bench.refuse(bench.starts()[1].id);
  bench.end(bench.starts()[0].id, Exited{0});
  CHECK(bench.starts().size() == 3);  // one at a time
  bench.now += 10s;
  bench.end(bench.starts()[2].id, Exited{0});
  CHECK(bench.starts().size() == 5);
  bench.now += 10s;
  bench.end(bench.starts()[3].id, Exited{0});
  CHECK(bench.starts().size() == 6);  // two, not three
  bench.scheduler.on(SignalArrived{15}, bench.now);
  bench.scheduler.end_of_jobs();
  bench.end(bench.starts()[4].id, Signaled{15});
  bench.end(bench.starts()[5].id, Signaled{15});
  REQUIRE(bench.summary);
  CHECK(bench.summary->workers == 1);
}

TEST_CASE("a signal after a drain is told, for it ends what was to finish") {
  Bench bench({.max_workers = 2, .halt = {Halt::When::soon}});
  bench.add(0, 1);
  bench.step(kStart);
  bench.end(bench.starts()[0].id, Exited{1});
  bench.scheduler.on(SignalArrived{15}, bench.now);
  bench.scheduler.on(ReaderGone{}, bench.now);
  bench.step(bench.now);
  CHECK(bench.reasons ==
        std::vector{RunCancelling::Reason::failure, RunCancelling::Reason::signal});
}

TEST_CASE("what an attempt was started with stays where it is until it has ended") {
  Bench bench({.max_workers = 100});
  bench.add(0, 0);
  bench.step(kStart);
  const StartAttempt first = bench.starts().front();
  for (std::uint64_t i = 1; i < 100; ++i) {
    bench.add(i, i);
    bench.step(kStart);
    if (i % 3 == 0) bench.end(bench.starts().back().id, Exited{0});
  }
  CHECK(first.job->index == JobIndex{0});
  CHECK(first.job->command.argv == std::vector<std::string>{"job", "0"});
}

TEST_CASE("a record has its argv once, with the slot of its last attempt") {
  Bench bench({.max_workers = 2, .retries = 1});
  bench.add(0, 0);
  JobSpec slotted = job(1);
  slotted.command.slot_holes = {{0, 0}};
  bench.scheduler.add(std::move(slotted));
  bench.step(kStart);
  const std::vector<StartAttempt> begun = bench.starts();
  bench.end(begun[0].id, Exited{0});
  CHECK(bench.starts().size() == 2);
  bench.end(begun[1].id, Exited{1});
  bench.end(bench.starts().back().id, Exited{0});
  CHECK(record_of(bench, 1).argv == std::vector<std::string>{"1job", "1"});
  CHECK(record_of(bench, 1).attempts.front().id.slot == SlotNumber{2});
  CHECK(record_of(bench, 1).spec.command.argv.empty());
}

TEST_CASE("more workers start at once, and fewer end nobody") {
  Bench bench({.max_workers = 1});
  bench.add(0, 1);
  bench.step(kStart);
  CHECK(bench.starts().size() == 1);
  bench.scheduler.on(WorkersChanged{WorkersChanged::How::to, 3}, kStart);
  bench.step(kStart);
  CHECK(bench.starts().size() == 2);
  CHECK(bench.scheduler.wants_job());
  bench.add(2, 3);
  bench.step(kStart);
  CHECK(bench.starts().size() == 3);
  bench.scheduler.on(WorkersChanged{WorkersChanged::How::by, -2}, kStart);
  bench.step(kStart);
  CHECK(bench.stops().empty());
  bench.end(bench.starts()[0].id, Exited{0});
  bench.end(bench.starts()[1].id, Exited{0});
  CHECK(bench.starts().size() == 3);
  CHECK_FALSE(bench.scheduler.next_deadline());
  bench.end(bench.starts()[2].id, Exited{0});
  REQUIRE(bench.starts().size() == 4);
  CHECK(bench.starts()[3].id.slot.value == 1);
  bench.scheduler.end_of_jobs();
  bench.end(bench.starts()[3].id, Exited{0});
  REQUIRE(bench.summary);
  CHECK(bench.summary->workers == 3);
  CHECK(bench.summary->workers_limited_by.empty());
}

TEST_CASE("a refusal is told with the number of workers it left, not with the user's next") {
  Bench bench({.max_workers = 4});
  bench.add(0, 3);
  bench.step(kStart);
  bench.scheduler.on(StartRefused{bench.starts()[3].id, "fork"}, kStart);
  bench.scheduler.on(WorkersChanged{WorkersChanged::How::to, 1}, kStart);
  bench.step(kStart);
  CHECK(bench.reductions == std::vector<std::uint32_t>{3});
}

TEST_CASE("a start that was refused after fewer were wanted is no reduction") {
  Bench bench({.max_workers = 4});
  bench.add(0, 3);
  bench.step(kStart);
  bench.scheduler.on(WorkersChanged{WorkersChanged::How::to, 2}, kStart);
  bench.refuse(bench.starts()[3].id);
  CHECK(bench.reductions.empty());
  bench.end(bench.starts()[0].id, Exited{0});
  CHECK(bench.starts().size() == 4);
  bench.end(bench.starts()[1].id, Exited{0});
  CHECK(bench.starts().size() == 5);
}

TEST_CASE("the rate counts retries, and nothing starts before its time has come") {
  Bench bench({.max_workers = 4, .rate = StartRate{2, 10s}, .retries = 1});
  bench.add(0, 2);
  bench.step(kStart);
  CHECK(bench.starts().size() == 2);
  bench.now = kStart + 1s;
  bench.end(bench.starts()[0].id, Exited{1});
  CHECK(bench.starts().size() == 2);
  CHECK(bench.scheduler.next_deadline() == kStart + 10s);
  bench.step(kStart + 10s);
  REQUIRE(bench.starts().size() == 4);
  CHECK(bench.starts()[2].id.number == 2);
}

TEST_CASE("a start that was refused does not use up the rate") {
  Bench bench({.max_workers = 2, .rate = StartRate{1, 1h}});
  bench.add(0, 0);
  bench.step(kStart);
  bench.refuse(bench.starts()[0].id);
  CHECK(bench.scheduler.next_deadline().value() < kStart + 1s);
}

TEST_CASE("while the machine is busy one job runs, and nobody waits for a time that is past") {
  Bench bench({.max_workers = 4, .pause = 1s});
  bench.scheduler.on(CapacityChanged{0}, kStart);
  bench.add(0, 4);
  bench.step(kStart);
  CHECK(bench.starts().size() == 1);
  CHECK_FALSE(bench.scheduler.next_deadline());
  bench.step(kStart + 5s);
  CHECK(bench.starts().size() == 1);
  bench.end(bench.starts()[0].id, Exited{0});
  CHECK(bench.starts().size() == 2);
  bench.now = kStart + 10s;
  bench.scheduler.on(CapacityChanged{1}, bench.now);
  bench.step(bench.now);
  CHECK(bench.starts().size() == 3);
  CHECK_FALSE(bench.scheduler.next_deadline());
  bench.scheduler.on(CapacityChanged{1}, bench.now);
  CHECK(bench.scheduler.next_deadline() == kStart + 11s);
}
