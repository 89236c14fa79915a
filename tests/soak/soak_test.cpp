// Ten thousand jobs of every kind, in runs that end in every way, on the real executor: each job
// has one record, and nothing is left of any. FANOUT_SOAK_SEED repeats one that failed.
#include <dirent.h>
#include <doctest/doctest.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdlib>
#include <map>
#include <random>

#include "exec/event_reactor.hpp"
#include "exec/local_executor.hpp"
#include "fanout/plan.hpp"
#include "os/scratch_file.hpp"
#include "run/runner.hpp"

using namespace fanout;
using namespace std::chrono_literals;

namespace {

using Random = std::mt19937;

std::uint32_t pick(Random& random, std::uint32_t below) {
  return std::uniform_int_distribution<std::uint32_t>(0, below - 1)(random);
}

/// What a job is and how often, of a hundred; the first have to succeed.
struct Kind {
  std::uint32_t share;
  Status status;
  std::vector<std::string> argv;
  std::optional<Duration> timeout;
  std::uint32_t retries = 0;
};

const std::vector<Kind>& kinds() {
  const auto bad = [](auto... words) {
    return std::vector<std::string>{FANOUT_BAD_CHILD, words...};
  };
  static const std::vector<Kind> all = {
      {60, Status::succeeded, bad("exit", "0"), {}},
      {5, Status::succeeded, bad("flood", "200000"), {}},
      {2, Status::succeeded, bad("daemon", "leave"), {}},
      {8, Status::failed, bad("exit", "3"), {}},
      {5, Status::failed, {"/nowhere/to/be/found"}, {}},
      {5, Status::failed, bad("kill", "9"), {}},
      {5, Status::failed, bad("kill", "15"), {}},
      {4, Status::failed, bad("sleeper"), 30ms},
      {2, Status::failed, bad("deaf"), 30ms},
      {1, Status::failed, bad("runaway"), 50ms},
      {3, Status::failed, bad("exit", "4"), {}, 2},
  };
  return all;
}

const Kind& pick_kind(Random& random, bool only_good) {
  std::uint32_t share = pick(random, only_good ? 65 : 100);
  for (const Kind& kind : kinds()) {
    if (share < kind.share) return kind;
    share -= kind.share;
  }
  return kinds().front();
}

struct Plan {
  std::uint64_t jobs = 0;
  Policy policy;
  std::uint32_t failures_in_thousand = 1000;  ///< of those that the kinds would have
  std::optional<std::uint32_t> signal_after;  ///< so many waits
  bool has_second_signal = false;
  bool is_planned = false;  ///< jobs exclude, share with and wait for others
};

/// Any of what a job may say about when it starts, of a run with three tapes.
std::shared_ptr<const JobPlan> pick_plan(Random& random, std::uint32_t index) {
  JobPlan plan;
  plan.is_awaited = true;
  if (pick(random, 4) == 0) plan.mutexes = {"mutex " + std::to_string(pick(random, 3))};
  if (pick(random, 4) == 0) plan.needs = {{"tape", 1 + pick(random, 3)}};
  plan.priority = static_cast<std::int32_t>(pick(random, 3));
  if (index > 0 && pick(random, 4) == 0) {
    const std::uint32_t before = pick(random, index);
    plan.after = {{JobIndex{before}, std::to_string(before)}};
  }
  return std::make_shared<const JobPlan>(std::move(plan));
}

class RandomSource : public JobSource {
 public:
  RandomSource(const Plan& plan, Random& random) : plan_(plan), random_(random) {}

  NextJob next() override {
    if (count_ == plan_.jobs) return EndOfJobs{};
    const Kind& kind = pick_kind(random_, pick(random_, 1000) >= plan_.failures_in_thousand);
    JobSpec job;
    job.index = JobIndex{count_++};
    job.command.argv = kind.argv;
    job.timeout = kind.timeout;
    job.retries = kind.retries;
    if (plan_.is_planned) job.plan = pick_plan(random_, static_cast<std::uint32_t>(count_) - 1);
    expected.push_back(kind.status);
    return job;
  }

  std::vector<Status> expected;

 private:
  const Plan& plan_;
  Random& random_;
  std::uint64_t count_ = 0;
};

/// The real one, in which signals arrive when the plan says so.
class SignallingReactor : public Reactor {
 public:
  SignallingReactor(Reactor& real, const Plan& plan) : real_(real), plan_(plan) {}

  Instant now() override { return real_.now(); }
  void wait(std::optional<Instant> deadline, std::vector<Notice>& news) override {
    real_.wait(deadline, news);
    ++waits_;
    if (waits_ == plan_.signal_after) news.emplace_back(SignalArrived{15});
    if (plan_.has_second_signal && waits_ == *plan_.signal_after + 3) {
      news.emplace_back(SignalArrived{15});
    }
  }

 private:
  Reactor& real_;
  const Plan& plan_;
  std::uint32_t waits_ = 0;
};

/// Counts the story.
class Ledger : public Sink {
 public:
  Result<void> on(const Event& event) override {
    if (std::get_if<JobStarted>(&event) != nullptr)
      most_running = std::max(most_running, ++running_);
    if (std::get_if<JobRetrying>(&event) != nullptr) --running_;
    if (std::get_if<JobPostponed>(&event) != nullptr) --running_;
    if (const auto* job = std::get_if<JobFinished>(&event)) {
      // One that waited for its next attempt had been counted as retrying.
      const auto& attempts = job->record.attempts;
      const bool was_running = !attempts.empty() && last_attempt_ended(*job);
      if (was_running) --running_;
      ++records[job->record.spec.index.value];
      statuses[job->record.spec.index.value] = status_of(job->record.outcome);
    }
    if (std::get_if<RunCancelling>(&event) != nullptr) was_cancelled = true;
    if (const auto* end = std::get_if<RunFinished>(&event)) summary = end->summary;
    if (const auto* retrying = std::get_if<JobRetrying>(&event)) {
      retried_[retrying->attempt.id.job.value] = retrying->attempt.id.number;
    }
    return {};
  }

  std::map<std::uint64_t, int> records;
  std::map<std::uint64_t, Status> statuses;
  Summary summary;
  bool was_cancelled = false;
  std::int64_t most_running = 0;

 private:
  bool last_attempt_ended(const JobFinished& job) const {
    const auto retried = retried_.find(job.record.spec.index.value);
    return retried == retried_.end() || retried->second != job.record.attempts.back().id.number;
  }

  std::map<std::uint64_t, std::uint32_t> retried_;
  std::int64_t running_ = 0;
};

std::size_t open_descriptors() {
  DIR* directory = ::opendir("/proc/self/fd");
  if (directory == nullptr) return 0;
  std::size_t count = 0;
  while (::readdir(directory) != nullptr) ++count;
  ::closedir(directory);
  return count;
}

void check_story(const Plan& plan, const RandomSource& source, const Ledger& ledger) {
  REQUIRE(ledger.records.size() == source.expected.size());
  REQUIRE(ledger.records.size() == plan.jobs);
  std::map<Status, std::uint64_t> counts;
  for (const auto& entry : ledger.records) {
    const std::uint64_t index = entry.first;
    CAPTURE(index);
    CHECK(entry.second == 1);
    const Status status = ledger.statuses.at(index);
    ++counts[status];
    if (status != Status::aborted) CHECK(status == source.expected[index]);
  }
  const Summary& summary = ledger.summary;
  CHECK(summary.jobs == plan.jobs);
  if (!summary.ended_by.empty()) CHECK(ledger.was_cancelled);
  if (summary.aborted > 0 && !plan.is_planned) CHECK_FALSE(summary.ended_by.empty());
  CHECK(summary.succeeded == counts[Status::succeeded]);
  CHECK(summary.failed == counts[Status::failed]);
  CHECK(summary.aborted == counts[Status::aborted]);
  const bool may_abort =
      plan.signal_after || plan.is_planned || plan.policy.halt.when != Halt::When::never;
  if (!may_abort) CHECK(summary.aborted == 0);
  CHECK(ledger.most_running <= static_cast<std::int64_t>(plan.policy.max_workers));
}

void run_plan(const Plan& plan, Random& random) {
  const std::size_t descriptors = open_descriptors();
  RandomSource source(plan, random);
  Ledger* ledger = nullptr;
  Tee sinks;
  {
    auto loop = EventLoop::open();
    REQUIRE(loop);
    Inbox inbox;
    EventReactor real(**loop, inbox);
    SignallingReactor reactor(real, plan);
    LocalExecutorOptions options;
    options.run_id = "soak" + std::to_string(random());
    options.waits_for_trees = plan.policy.on_leak == OnLeak::kill;
    ScratchFile scratch;
    BlobStore outputs(scratch);
    LocalExecutor executor(**loop, inbox, outputs, std::move(options));
    auto owned = std::make_unique<Ledger>();
    ledger = owned.get();
    sinks.add(std::move(owned));
    Scheduler scheduler(plan.policy, reactor.now());
    CHECK_FALSE(run(source, scheduler, executor, reactor, sinks));
  }
  check_story(plan, source, *ledger);
  CHECK(open_descriptors() == descriptors);
  // Nobody is left, neither running nor as a zombie: those that were killed may still be on their
  // way, so they are waited for.
  const auto give_up = std::chrono::steady_clock::now() + 60s;
  while (::waitpid(-1, nullptr, 0) > 0) {
    REQUIRE(std::chrono::steady_clock::now() < give_up);
  }
  CHECK(errno == ECHILD);
}

Halt random_halt(Random& random) {
  Halt halt;
  halt.when = pick(random, 2) == 0 ? Halt::When::soon : Halt::When::now;
  halt.why = static_cast<Halt::Why>(pick(random, 3));
  halt.unit = static_cast<Halt::Unit>(pick(random, 2));
  const std::uint32_t most = halt.why == Halt::Why::fail ? 3 : 100;
  halt.amount = 1 + pick(random, most);
  return halt;
}

Backoff random_backoff(Random& random) {
  Backoff backoff;
  backoff.growth = static_cast<Backoff::Growth>(pick(random, 2));
  backoff.delay = std::chrono::milliseconds(pick(random, 3) == 0 ? 0 : pick(random, 30));
  backoff.most = std::chrono::milliseconds(pick(random, 40));
  backoff.has_jitter = pick(random, 2) == 0;
  return backoff;
}

Plan random_plan(Random& random, std::uint64_t jobs) {
  Plan plan;
  plan.jobs = jobs;
  plan.policy.max_workers = 1 + pick(random, 16);
  plan.policy.grace = std::chrono::milliseconds(pick(random, 20));
  plan.policy.leak_timeout = 20ms;
  plan.policy.on_leak = OnLeak::kill;
  plan.policy.resources = {{"tape", 3}};
  plan.is_planned = pick(random, 3) == 0;
  if (pick(random, 2) == 0) plan.policy.first_start = FirstStart::when_all_are_read;
  plan.policy.backoff = random_backoff(random);
  plan.policy.seed = random();
  plan.policy.is_serial = plan.policy.max_workers == 1;
  switch (pick(random, 6)) {
    case 0:
    case 1: plan.policy.halt = random_halt(random); break;
    case 2: plan.signal_after = pick(random, 500); break;
    case 3:
      plan.signal_after = pick(random, 500);
      plan.has_second_signal = true;
      break;
    default: break;  // to its end
  }
  if (plan.policy.halt.why == Halt::Why::fail && plan.policy.halt.when != Halt::When::never) {
    plan.failures_in_thousand = 10;
  }
  return plan;
}

}  // namespace

TEST_CASE("ten thousand jobs of every kind, in runs that end in every way") {
  const char* given = std::getenv("FANOUT_SOAK_SEED");
  const auto seed =
      given != nullptr ? static_cast<std::uint32_t>(std::atol(given)) : std::random_device{}();
  INFO("FANOUT_SOAK_SEED=", seed);
  Random random(seed);
  constexpr std::uint64_t kJobs = 10000;
  constexpr std::uint64_t kJobsOfARun = 250;
  for (std::uint64_t done = 0; done < kJobs; done += kJobsOfARun) {
    run_plan(random_plan(random, kJobsOfARun), random);
  }
}
