// What the scheduler makes of failures: halts, and waits between attempts, in a time of its own.
#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sched/scheduler.hpp"

using namespace fanout;
using namespace std::chrono_literals;

namespace {

constexpr Instant kStart{};

/// How long an attempt takes and how it ends when nobody ends it.
struct Behaviour {
  Duration takes = 1s;
  Outcome end = Exited{0};
};
using Script = std::function<Behaviour(const AttemptId&)>;

/// Runs a scheduler to its end with attempts that keep to a script. Time jumps to whatever comes
/// next, and a run in which nothing would ever come again fails.
class Play {
 public:
  Play(Policy policy, std::uint64_t jobs, Script script)
      : script_(std::move(script)), jobs_(jobs), scheduler_(policy, kStart) {}

  void run() {
    while (!scheduler_.is_done()) {
      if (scheduler_.wants_job()) {
        give_job();
      } else {
        advance();
      }
      act();
    }
  }

  std::function<void(JobSpec&)> change_job = [](JobSpec&) {};
  std::optional<Instant> signal_at;

  std::vector<std::string> starts;  ///< `JOB.ATTEMPT@SECONDS`
  std::map<std::uint64_t, JobRecord> records;
  std::vector<RunCancelling> cancellings;
  Summary summary;

  std::string kind(std::uint64_t index) const {
    return std::string(error_kind(records.at(index).outcome));
  }

 private:
  void give_job() {
    if (given_ == jobs_) return scheduler_.end_of_jobs();
    JobSpec spec;
    spec.index = JobIndex{given_++};
    change_job(spec);
    scheduler_.add(std::move(spec));
  }

  void advance() {
    std::optional<Instant> next = scheduler_.next_deadline();
    if (!running_.empty() && (!next || running_.begin()->first < *next)) {
      next = running_.begin()->first;
    }
    if (signal_at && (!next || *signal_at < *next)) next = signal_at;
    REQUIRE(next);  // or it would wait for ever
    now_ = std::max(now_, *next);
    if (signal_at && now_ >= *signal_at) {
      signal_at.reset();
      scheduler_.on(SignalArrived{15}, now_);
    }
    while (!running_.empty() && running_.begin()->first <= now_) {
      auto ended = running_.extract(running_.begin());
      scheduler_.on(std::move(ended.mapped()), now_);
    }
  }

  void act() {
    while (const std::optional<Action> action = scheduler_.next_action(now_, now_)) {
      if (const auto* order = std::get_if<StartAttempt>(&*action)) start(*order);
      if (const auto* order = std::get_if<StopAttempt>(&*action)) stop(*order);
    }
    while (std::optional<Event> event = scheduler_.next_event()) note(std::move(*event));
  }

  void start(const StartAttempt& order) {
    const auto seconds = std::chrono::duration_cast<std::chrono::milliseconds>(now_ - kStart);
    starts.push_back(std::to_string(order.id.job.value) + "." + std::to_string(order.id.number) +
                     "@" + format_seconds(seconds));
    const Behaviour behaviour = script_(order.id);
    AttemptEnded ended;
    ended.id = order.id;
    ended.end = behaviour.end;
    ended.at = now_ + behaviour.takes;
    running_.emplace(ended.at, std::move(ended));
  }

  void stop(const StopAttempt& order) {
    for (auto entry = running_.begin(); entry != running_.end(); ++entry) {
      if (entry->second.id != order.id) continue;
      AttemptEnded ended = std::move(entry->second);
      running_.erase(entry);
      ended.at = now_;
      ended.end = Signaled{15};
      running_.emplace(now_, std::move(ended));
      return;
    }
  }

  void note(Event&& event) {
    if (auto* job = std::get_if<JobFinished>(&event)) {
      const std::uint64_t index = job->record.spec.index.value;
      REQUIRE(records.emplace(index, std::move(job->record)).second);
    }
    if (const auto* cancelling = std::get_if<RunCancelling>(&event)) {
      cancellings.push_back(*cancelling);
    }
    if (const auto* end = std::get_if<RunFinished>(&event)) summary = end->summary;
  }

  Script script_;
  std::uint64_t jobs_;
  Scheduler scheduler_;
  Instant now_ = kStart;
  std::uint64_t given_ = 0;
  std::multimap<Instant, AttemptEnded> running_;
};

Halt halt(std::string_view text) {
  return *parse_halt(text);
}

Behaviour fails(const AttemptId&) {
  return {1s, Exited{3}};
}

using Starts = std::vector<std::string>;

}  // namespace

TEST_CASE("soon: nothing more starts after enough failures, and what runs may finish") {
  Play play({.max_workers = 3, .halt = halt("soon,fail=2")}, 9, [](const AttemptId& id) {
    return id.job.value == 2 ? Behaviour{9s, Exited{0}} : Behaviour{1s, Exited{1}};
  });
  play.run();
  CHECK(play.records.size() == 9);
  CHECK(play.summary.failed == 2);
  CHECK(play.summary.succeeded == 1);
  CHECK(play.summary.aborted == 6);
  CHECK(play.summary.ended_by == "fail");
  REQUIRE(play.cancellings.size() == 1);
  CHECK(play.cancellings[0].how == RunCancelling::How::drain);
}

TEST_CASE("now: after the first success all others are ended") {
  Play play({.max_workers = 3, .halt = halt("now,success=1")}, 5, [](const AttemptId& id) {
    if (id.job.value == 0) return Behaviour{1s, Exited{1}};
    return Behaviour{id.job.value == 1 ? 2s : 100s, Exited{0}};
  });
  play.run();
  CHECK(play.kind(0) == "exit");
  CHECK(play.kind(1) == "");
  CHECK(play.kind(2) == "killed");
  CHECK(play.kind(4) == "not_started");
  CHECK(play.summary.ended_by == "success");
  CHECK(play.summary.elapsed == 2s);
  REQUIRE(play.cancellings.size() == 1);
  CHECK(play.cancellings[0].how == RunCancelling::How::kill);
}

TEST_CASE("done counts both, and a job is counted once, after its last attempt") {
  Play play({.max_workers = 1, .retries = 2, .halt = halt("soon,done=2")}, 5,
            [](const AttemptId& id) {
              return Behaviour{1s, Exited{id.number < 3 ? 1 : 0}};
            });
  play.run();
  CHECK(play.starts.size() == 6);
  CHECK(play.summary.succeeded == 2);
  CHECK(play.summary.flaky == 2);
  CHECK(play.summary.ended_by == "done");
}

TEST_CASE("a halt that is never reached ends nothing and is not spoken of") {
  Play play({.max_workers = 2, .halt = halt("now,fail=3")}, 4, [](const AttemptId& id) {
    return Behaviour{1s, Exited{id.job.value < 2 ? 1 : 0}};
  });
  play.run();
  CHECK(play.summary.failed == 2);
  CHECK(play.summary.aborted == 0);
  CHECK(play.summary.ended_by == "");
  CHECK(play.cancellings.empty());
}

TEST_CASE("a percentage is of all jobs: they are read before the workers want them") {
  Play play({.max_workers = 1, .halt = halt("soon,fail=50%")}, 10, fails);
  play.run();
  CHECK(play.starts.size() == 5);
  CHECK(play.summary.failed == 5);
  CHECK(play.summary.aborted == 5);
}

TEST_CASE("where the number of jobs is known none is read before a worker wants it") {
  Policy policy{.max_workers = 1, .halt = halt("soon,fail=50%"), .known_jobs = 10};
  Scheduler scheduler(policy, kStart);
  scheduler.add(JobSpec());
  CHECK_FALSE(scheduler.wants_job());
  Play play(policy, 10, fails);
  play.run();
  CHECK(play.summary.failed == 5);
}

TEST_CASE("a percentage that was passed while the input went on counts when it has ended") {
  Scheduler scheduler({.max_workers = 1, .halt = halt("now,fail=50%")}, kStart);
  scheduler.add(JobSpec());
  const std::optional<Action> start = scheduler.next_action(kStart, kStart);
  REQUIRE(start);
  AttemptEnded ended;
  ended.id = std::get<StartAttempt>(*start).id;
  ended.end = Exited{1};
  scheduler.on(std::move(ended), kStart);
  CHECK_FALSE(scheduler.is_cancelling());  // one of one, so far
  JobSpec second;
  second.index = JobIndex{1};
  scheduler.add(second);
  scheduler.end_of_jobs();
  CHECK(scheduler.is_cancelling());  // one of two
}

TEST_CASE("a job that waits for its next attempt holds no slot: others run meanwhile") {
  Play play({.max_workers = 1, .retries = 1, .backoff = {Backoff::Growth::constant, 5s}}, 3,
            [](const AttemptId& id) {
              return Behaviour{1s, Exited{id.job.value == 0 && id.number == 1 ? 1 : 0}};
            });
  play.run();
  CHECK(play.starts == Starts{"0.1@0.0", "1.1@1.0", "2.1@2.0", "0.2@6.0"});
  CHECK(play.summary.succeeded == 3);
  CHECK(play.summary.flaky == 1);
  REQUIRE(play.records.at(0).attempts.size() == 2);
  CHECK(is_flaky(play.records.at(0)));
  CHECK_FALSE(is_flaky(play.records.at(1)));
  CHECK(error_kind(play.records.at(0).attempts[0].outcome) == "exit");
  CHECK(play.records.at(0).attempts[1].started == kStart + 6s);
}

TEST_CASE("a serial run waits, and stays in input order") {
  Play play({.max_workers = 1,
             .retries = 1,
             .backoff = {Backoff::Growth::constant, 5s},
             .is_serial = true,
             .halt = halt("soon,fail=100%")},
            2, [](const AttemptId& id) {
              return Behaviour{1s, Exited{id.number == 1 ? 1 : 0}};
            });
  play.run();
  CHECK(play.starts == Starts{"0.1@0.0", "0.2@6.0", "1.1@7.0", "1.2@13.0"});
}

TEST_CASE("delays grow from attempt to attempt of a job") {
  Play play({.max_workers = 1, .retries = 3, .backoff = {Backoff::Growth::exponential, 1s, 3s}}, 1,
            fails);
  play.run();
  CHECK(play.starts == Starts{"0.1@0.0", "0.2@2.0", "0.3@5.0", "0.4@9.0"});
  CHECK(play.summary.failed == 1);
}

TEST_CASE("a job's own delay and ends beat those of the run") {
  Play play({.max_workers = 1, .retries = 1, .backoff = {Backoff::Growth::constant, 9s}}, 2, fails);
  play.change_job = [](JobSpec& spec) {
    if (spec.index.value == 0) {
      spec.retry = std::make_shared<const JobRetry>(JobRetry{std::nullopt, 2s});
    } else {
      spec.retry = std::make_shared<const JobRetry>(JobRetry{*parse_retry_on("75"), {}});
    }
  };
  play.run();
  CHECK(play.starts == Starts{"0.1@0.0", "1.1@1.0", "0.2@3.0"});
}

TEST_CASE("an end that is not worth a retry is the last") {
  Play play({.max_workers = 1, .retries = 5, .retry_on = *parse_retry_on("75")}, 1,
            [](const AttemptId& id) {
              return Behaviour{1s, Exited{id.number == 1 ? 75 : 1}};
            });
  play.run();
  CHECK(play.starts.size() == 2);
  CHECK(std::get<Exited>(play.records.at(0).outcome).code == 1);
}

TEST_CASE("a signal ends the wait at once, and the record says how the last attempt ended") {
  Play play({.max_workers = 1, .retries = 1, .backoff = {Backoff::Growth::constant, 100s}}, 1,
            fails);
  play.signal_at = kStart + 5s;
  play.run();
  CHECK(play.summary.elapsed == 5s);
  CHECK(play.kind(0) == "exit");
  CHECK(play.summary.failed == 1);
  CHECK(play.summary.ended_by == "signal");
}

TEST_CASE("the deadline and a halt end the waits too") {
  Policy policy{.max_workers = 2,
                .deadline = 10s,
                .retries = 1,
                .backoff = {Backoff::Growth::constant, 100s}};
  Play late(policy, 1, fails);
  late.run();
  CHECK(late.summary.elapsed == 10s);
  CHECK(late.summary.ended_by == "deadline");
  policy.halt = halt("now,success=1");
  Play halted(policy, 2, [](const AttemptId& id) {
    return Behaviour{id.job.value == 0 ? 1s : 2s, Exited{id.job.value == 0 ? 1 : 0}};
  });
  halted.run();
  CHECK(halted.summary.elapsed == 2s);
  CHECK(halted.kind(0) == "exit");
}

TEST_CASE("a stop of fanout itself is no part of a wait") {
  Scheduler scheduler({.max_workers = 1, .retries = 1, .backoff = {Backoff::Growth::constant, 10s}},
                      kStart);
  scheduler.add(JobSpec());
  AttemptEnded ended;
  ended.id = std::get<StartAttempt>(*scheduler.next_action(kStart, kStart)).id;
  ended.end = Exited{1};
  scheduler.on(std::move(ended), kStart);
  CHECK(scheduler.next_deadline() == kStart + 10s);
  scheduler.on(RunResumed{1h}, kStart + 1h);
  CHECK(scheduler.next_deadline() == kStart + 1h + 10s);
  CHECK_FALSE(scheduler.next_action(kStart + 1h, kStart + 1h));
}

TEST_CASE("several that have waited come back in input order, before those that come later") {
  Play play({.max_workers = 4,
             .retries = 1,
             .backoff = {Backoff::Growth::constant, 5s},
             .halt = halt("soon,fail=100%")},
            9, [](const AttemptId& id) {
              const bool is_long = id.job.value >= 3;
              return Behaviour{is_long ? 20s : 1s, Exited{id.number == 1 && !is_long ? 1 : 0}};
            });
  play.run();
  const Starts second(play.starts.begin() + 7, play.starts.end());
  CHECK(second.at(0).starts_with("0.2@"));
  CHECK(second.at(1).starts_with("1.2@"));
  CHECK(second.at(2).starts_with("2.2@"));
}
