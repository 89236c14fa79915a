// What the scheduler makes of failures: halts, in a time of its own.
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
    scheduler_.add(std::move(spec));
  }

  void advance() {
    std::optional<Instant> next = scheduler_.next_deadline();
    if (!running_.empty() && (!next || running_.begin()->first < *next)) {
      next = running_.begin()->first;
    }
    REQUIRE(next);  // or it would wait for ever
    now_ = std::max(now_, *next);
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
