// Runs at random in which jobs exclude each other, share resources, have priorities and wait for
// each other. FANOUT_PLAN_SEED repeats one that failed.
#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <stdexcept>

#include "run/runner.hpp"

using namespace fanout;
using namespace std::chrono_literals;

namespace {

using Random = std::mt19937;

std::uint32_t pick(Random& random, std::uint32_t below) {
  return std::uniform_int_distribution<std::uint32_t>(0, below - 1)(random);
}

struct Draft {
  Policy policy;
  std::vector<JobPlan> plans;
  std::uint32_t failures_in_hundred = 0;
  bool has_pauses = false;  ///< of the source
  bool has_refusals = false;
  std::optional<std::uint32_t> signal_after;
};

std::vector<Need> random_needs(Random& random, const std::vector<Resource>& resources) {
  std::vector<Need> needs;
  for (const Resource& resource : resources) {
    if (pick(random, 3) == 0) set_need(needs, {resource.name, 1 + pick(random, resource.count)});
  }
  return needs;
}

JobPlan random_plan(Random& random, const Policy& policy) {
  JobPlan plan;
  for (const char* mutex : {"a", "b", "c", "d"}) {
    if (pick(random, 6) == 0) plan.mutexes.emplace_back(mutex);
  }
  plan.needs = random_needs(random, policy.resources);
  if (pick(random, 4) == 0) plan.priority = static_cast<std::int32_t>(pick(random, 5)) - 2;
  return plan;
}

/// Jobs wait for those before them; where all are read first, for some that come later as well.
void add_dependencies(Random& random, Draft& draft) {
  std::vector<std::uint64_t> order(draft.plans.size());
  for (std::uint64_t i = 0; i < order.size(); ++i) order[i] = i;
  const bool is_stream = draft.policy.first_start == FirstStart::at_once;
  if (!is_stream) std::shuffle(order.begin(), order.end(), random);
  for (std::uint32_t place = 1; place < order.size(); ++place) {
    JobPlan& plan = draft.plans[order[place]];
    std::set<std::uint64_t> before;
    for (std::uint32_t i = pick(random, 4); i > 1; --i) before.insert(order[pick(random, place)]);
    for (const std::uint64_t index : before) {
      plan.after.push_back({JobIndex{index}, std::to_string(index)});
      draft.plans[index].is_awaited = true;
    }
    plan.is_awaited = plan.is_awaited || is_stream;
  }
  if (is_stream) draft.plans.front().is_awaited = true;
}

Draft random_draft(Random& random) {
  Draft draft;
  draft.policy.max_workers = 1 + pick(random, 12);
  draft.policy.retries = pick(random, 3);
  if (pick(random, 2) == 0) draft.policy.first_start = FirstStart::when_all_are_read;
  for (const char* name : {"cpu", "gpu"}) {
    if (pick(random, 3) > 0) draft.policy.resources.push_back({name, 1 + pick(random, 4)});
  }
  const std::uint32_t jobs = 1 + pick(random, 60);
  for (std::uint32_t i = 0; i < jobs; ++i) {
    draft.plans.push_back(pick(random, 3) == 0 ? JobPlan() : random_plan(random, draft.policy));
  }
  if (pick(random, 3) > 0) add_dependencies(random, draft);
  draft.failures_in_hundred = pick(random, 2) == 0 ? 0 : pick(random, 40);
  draft.has_pauses = pick(random, 2) == 0;
  draft.has_refusals = pick(random, 4) == 0;
  if (pick(random, 6) == 0) draft.signal_after = pick(random, 60);
  if (pick(random, 6) == 0) draft.policy.halt = {Halt::When::soon};
  return draft;
}

bool is_nothing(const JobPlan& plan) {
  return plan.mutexes.empty() && plan.needs.empty() && plan.after.empty() && plan.priority == 0 &&
         !plan.is_awaited;
}

class Source : public JobSource {
 public:
  Source(const Draft& draft, Random& random) : draft_(draft), random_(random) {}

  NextJob next() override {
    if (draft_.has_pauses && !is_stopped_ && pick(random_, 3) == 0) {
      ++pauses;
      return NotYet{};
    }
    if (next_ == draft_.plans.size()) return EndOfJobs{};
    JobSpec job;
    job.index = JobIndex{next_};
    const JobPlan& plan = draft_.plans[next_++];
    if (!is_nothing(plan)) job.plan = std::make_shared<const JobPlan>(plan);
    return job;
  }
  void stop_reading() override { is_stopped_ = true; }

  std::uint32_t pauses = 0;  ///< of which nobody has been told

 private:
  const Draft& draft_;
  Random& random_;
  std::uint64_t next_ = 0;
  bool is_stopped_ = false;
};

/// Looks at every start whether it may be.
class Referee : public Executor {
 public:
  Referee(const Draft& draft, Random& random) : draft_(draft), random_(random) {}

  void start(const StartAttempt& order) override {
    const std::uint64_t index = order.id.job.value;
    CAPTURE(index);
    if (draft_.has_refusals && pick(random_, 5) == 0) {
      refused.push_back({order.id, "fork: Resource temporarily unavailable"});
      return;
    }
    const JobPlan& plan = draft_.plans[index];
    for (const std::string& mutex : plan.mutexes) CHECK(mutexes_.insert(mutex).second);
    for (const Prerequisite& before : plan.after) CHECK(succeeded.contains(before.job.value));
    check_grants(plan, order.granted);
    if (order.granted != nullptr) granted_[index] = *order.granted;
    AttemptEnded ended;
    ended.id = order.id;
    ended.end = Exited{pick(random_, 100) < draft_.failures_in_hundred ? 1 : 0};
    const Duration takes = std::chrono::milliseconds(pick(random_, 50));
    coming.emplace(now + takes, std::move(ended));
    started.push_back(index);
  }
  void stop(const StopAttempt& order) override {
    for (auto entry = coming.begin(); entry != coming.end(); ++entry) {
      if (entry->second.id != order.id) continue;
      auto node = coming.extract(entry);
      node.key() = now;
      node.mapped().end = Signaled{15};
      coming.insert(std::move(node));
      return;
    }
  }

  AttemptEnded end_first() {
    AttemptEnded ended = std::move(coming.begin()->second);
    coming.erase(coming.begin());
    ended.at = now;
    const std::uint64_t index = ended.id.job.value;
    for (const std::string& mutex : draft_.plans[index].mutexes) mutexes_.erase(mutex);
    for (const Grant& grant : granted_[index]) {
      for (const std::uint32_t number : grant.numbers) numbers_.erase({grant.resource, number});
    }
    granted_.erase(index);
    if (status_of(ended.end) == Status::succeeded) succeeded.insert(index);
    return ended;
  }

  Instant now{};
  std::multimap<Instant, AttemptEnded> coming;
  std::set<std::uint64_t> succeeded;
  std::vector<std::uint64_t> started;
  std::vector<StartRefused> refused;  ///< of which nobody has been told

 private:
  void check_grants(const JobPlan& plan, const Grants* granted) {
    REQUIRE((granted == nullptr ? 0 : granted->size()) == plan.needs.size());
    for (std::size_t i = 0; i < plan.needs.size(); ++i) {
      const Need& need = plan.needs[i];
      const Grant& grant = (*granted)[i];
      CHECK(grant.resource == need.resource);
      CHECK(grant.numbers.size() == need.count);
      for (const std::uint32_t number : grant.numbers) {
        CHECK(numbers_.insert({need.resource, number}).second);
        for (const Resource& resource : draft_.policy.resources) {
          if (resource.name == need.resource) CHECK(number < resource.count);
        }
      }
    }
  }

  const Draft& draft_;
  Random& random_;
  std::set<std::string> mutexes_;
  std::set<std::pair<std::string, std::uint32_t>> numbers_;
  std::map<std::uint64_t, Grants> granted_;
};

/// Waiting moves the clock to the next end, the next input or the deadline. To wait for none of
/// them is a lost wake-up.
class News : public Reactor {
 public:
  News(const Draft& draft, Referee& referee, Source& source)
      : draft_(draft), referee_(referee), source_(source) {}

  Instant now() override { return referee_.now; }
  void wait(std::optional<Instant> deadline, std::vector<Notice>& news) override {
    if (++waits_ == draft_.signal_after) news.emplace_back(SignalArrived{15});
    if (std::exchange(source_.pauses, 0) > 0) news.emplace_back(InputArrived{});
    for (StartRefused& refusal : std::exchange(referee_.refused, {})) {
      news.emplace_back(std::move(refusal));
    }
    if (!news.empty()) return;
    if (!deadline && referee_.coming.empty()) throw std::logic_error("a lost wake-up");
    if (deadline && (referee_.coming.empty() || *deadline < referee_.coming.begin()->first)) {
      referee_.now = std::max(referee_.now, *deadline);
      return;
    }
    referee_.now = std::max(referee_.now, referee_.coming.begin()->first);
    news.emplace_back(referee_.end_first());
  }

 private:
  const Draft& draft_;
  Referee& referee_;
  Source& source_;
  std::uint32_t waits_ = 0;
};

struct Ledger : Sink {
  std::map<std::uint64_t, JobRecord> records;
  bool was_cut = false;

  Result<void> on(const Event& event) override {
    if (std::holds_alternative<RunCancelling>(event)) was_cut = true;
    if (const auto* job = std::get_if<JobFinished>(&event)) {
      CHECK(records.emplace(job->record.spec.index.value, job->record).second);
    }
    return {};
  }
};

void check_records(const Draft& draft, const Ledger& ledger) {
  REQUIRE(ledger.records.size() == draft.plans.size());
  for (const auto& entry : ledger.records) {
    const auto& index = entry.first;
    const auto& record = entry.second;
    CAPTURE(index);
    const auto* cancelled = std::get_if<Cancelled>(&record.outcome);
    const bool is_hopeless =
        cancelled != nullptr && cancelled->reason == Cancelled::Reason::dependency;
    bool has_unsuccessful = false;
    bool names_one = false;
    for (const Prerequisite& before : draft.plans[index].after) {
      const Outcome& outcome = ledger.records.at(before.job.value).outcome;
      if (status_of(outcome) == Status::succeeded) continue;
      has_unsuccessful = true;
      names_one = names_one || (is_hopeless && cancelled->prerequisite == before.name);
    }
    if (is_hopeless) {
      CHECK(names_one);
      CHECK(record.attempts.empty());
    }
    if (!ledger.was_cut) {
      CHECK(is_hopeless == has_unsuccessful);
      CHECK((is_hopeless || cancelled == nullptr));
    }
  }
}

void run_draft(const Draft& draft, Random& random) {
  Source source(draft, random);
  Referee referee(draft, random);
  News news(draft, referee, source);
  auto owned = std::make_unique<Ledger>();
  const Ledger& ledger = *owned;
  Tee sinks;
  sinks.add(std::move(owned));
  Scheduler scheduler(draft.policy, news.now());
  CHECK_FALSE(run(source, scheduler, referee, news, sinks));
  check_records(draft, ledger);
  // One worker and nothing in its way: by priority, and in input order.
  const bool is_free = draft.policy.max_workers == 1 && !draft.has_refusals && !ledger.was_cut &&
                       draft.failures_in_hundred == 0 &&
                       draft.policy.first_start == FirstStart::when_all_are_read;
  if (!is_free) return;
  for (std::size_t i = 1; i < referee.started.size(); ++i) {
    const std::uint64_t one = referee.started[i - 1];
    const std::uint64_t next = referee.started[i];
    if (!draft.plans[next].after.empty()) continue;  // it may have had to wait
    CHECK(std::pair(-draft.plans[one].priority, one) <
          std::pair(-draft.plans[next].priority, next));
  }
}

}  // namespace

TEST_CASE("whatever the plans of the jobs, each is kept, and every run comes to its end") {
  const char* given = std::getenv("FANOUT_PLAN_SEED");
  const auto first =
      given != nullptr ? static_cast<std::uint32_t>(std::atol(given)) : std::random_device{}();
  const std::uint32_t runs = given != nullptr ? 1 : 1000;
  for (std::uint32_t seed = first; seed != first + runs; ++seed) {
    INFO("FANOUT_PLAN_SEED=", seed);
    Random random(seed);
    run_draft(random_draft(random), random);
  }
}
