#include "run/runner.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <stdexcept>
#include <utility>

#include "run/tee.hpp"

using namespace fanout;
using namespace std::chrono_literals;

namespace {

/// Jobs, or moments at which there is nothing yet, as scripted.
struct FakeSource : JobSource {
  std::deque<NextJob> script;
  bool was_stopped = false;
  std::function<void()> on_next = [] {};

  NextJob next() override {
    on_next();
    if (script.empty()) return EndOfJobs{};
    NextJob first = std::move(script.front());
    script.pop_front();
    return first;
  }
  void stop_reading() override {
    was_stopped = true;
    std::erase_if(script, [](const NextJob& job) { return std::holds_alternative<NotYet>(job); });
  }
  void add_jobs(std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t i = first; i <= last; ++i) {
      JobSpec spec;
      spec.index = JobIndex{i};
      script.emplace_back(std::move(spec));
    }
  }
};

/// What was started, how long it takes and how it ends, by job; ends early when asked to.
struct FakeExecutor : Executor {
  struct Behaviour {
    Duration takes = 1s;
    Outcome end = Exited{0};
  };
  std::map<std::uint64_t, Behaviour> behaviours;
  std::vector<std::pair<Instant, AttemptEnded>> coming;
  Instant now{};

  void start(const StartAttempt& order) override {
    const Behaviour behaviour = behaviours[order.id.job.value];
    AttemptEnded ended;
    ended.id = order.id;
    ended.end = behaviour.end;
    coming.emplace_back(now + behaviour.takes, std::move(ended));
  }
  void stop(const StopAttempt& order) override {
    for (auto& [at, ended] : coming) {
      if (ended.id != order.id) continue;
      at = now;
      ended.end = Signaled{15};
    }
  }
};

/// Waiting moves the clock to the next piece of news or the deadline. Neither is a lost wake-up.
struct FakeReactor : Reactor {
  explicit FakeReactor(FakeExecutor& fake) : executor(fake) {}

  std::uint64_t waits = 0;
  std::optional<Notice> asked;  // in the first wait

  Instant now() override { return executor.now; }
  void wait(std::optional<Instant> deadline, std::vector<Notice>& news) override {
    ++waits;
    if (asked) news.push_back(*std::exchange(asked, std::nullopt));
    if (!news.empty()) return;
    if (!inputs.empty()) {
      inputs.pop_front();
      news.emplace_back(InputArrived{});
      return;
    }
    std::optional<Instant> next = deadline;
    for (const auto& [at, ended] : executor.coming) {
      if (!next || at < *next) next = at;
    }
    if (!next) throw std::logic_error("a lost wake-up: nothing to wait for");
    executor.now = std::max(executor.now, *next);
    std::erase_if(executor.coming, [&](auto& entry) {
      if (entry.first > executor.now) return false;
      entry.second.at = entry.first;
      news.emplace_back(std::move(entry.second));
      return true;
    });
  }

  FakeExecutor& executor;
  std::deque<int> inputs;
};

struct FakeSink : Sink {
  std::vector<std::string> kinds;
  std::vector<bool> reused;
  std::vector<std::vector<std::string>> commands;
  Summary summary;
  std::optional<Error> fail_with;
  std::size_t events = 0;

  Result<void> on(const Event& event) override {
    ++events;
    if (const auto* job = std::get_if<JobFinished>(&event)) {
      kinds.emplace_back(error_kind(job->record.outcome));
      reused.push_back(job->record.is_reused);
      commands.push_back(job->record.argv);
    }
    if (const auto* end = std::get_if<RunFinished>(&event)) summary = end->summary;
    if (fail_with) return *fail_with;
    return {};
  }
};

struct Bench {
  explicit Bench(Policy policy) : scheduler(policy, Instant{}) {
    auto owned = std::make_unique<FakeSink>();
    sink = owned.get();
    sinks.add(std::move(owned));
  }

  std::optional<Error> go() { return run(source, scheduler, executor, reactor, sinks); }

  FakeSource source;
  FakeExecutor executor;
  FakeReactor reactor{executor};
  Tee sinks;
  FakeSink* sink = nullptr;  // owned by sinks
  Scheduler scheduler;
};

RecordedJob recorded(std::uint64_t index, Outcome outcome) {
  auto record = std::make_shared<JobRecord>();
  record->spec.index = JobIndex{index};
  record->outcome = outcome;
  record->argv = {"as", "recorded"};
  record->attempts.push_back({{JobIndex{index}, 1, {}}, outcome, Instant{}, 5s, {}});
  return {std::move(record)};
}

}  // namespace

TEST_CASE("all jobs run, two at a time, in the time that takes") {
  Bench bench({.max_workers = 2});
  bench.source.add_jobs(0, 4);
  CHECK_FALSE(bench.go());
  CHECK(bench.sink->kinds.size() == 5);
  CHECK(bench.executor.now == Instant{} + 3s);
}

TEST_CASE("a job that never ends is ended by its timeout") {
  Bench bench({.max_workers = 1, .timeout = 3s});
  bench.source.add_jobs(0, 0);
  bench.executor.behaviours[0].takes = 1000h;
  CHECK_FALSE(bench.go());
  CHECK(bench.sink->kinds == std::vector<std::string>{"timeout"});
  CHECK(bench.executor.now == Instant{} + 3s);
}

TEST_CASE("a source that has nothing yet is asked again when input arrives") {
  Bench bench({.max_workers = 4});
  bench.source.script.emplace_back(NotYet{});
  bench.source.add_jobs(0, 0);
  bench.source.script.emplace_back(NotYet{});
  bench.source.add_jobs(1, 1);
  bench.reactor.inputs = {1, 1};
  CHECK_FALSE(bench.go());
  CHECK(bench.sink->kinds.size() == 2);
}

TEST_CASE("what has ended is told before the source is asked for more") {
  Bench bench({.max_workers = 1});
  bench.source.add_jobs(0, 2);
  std::vector<std::size_t> told;
  bench.source.on_next = [&] { told.push_back(bench.sink->kinds.size()); };
  CHECK_FALSE(bench.go());
  CHECK(told == std::vector<std::size_t>{0, 1, 2, 3});
}

TEST_CASE("once the run is ended the source stops reading and every job it has gets a record") {
  Bench bench({.max_workers = 1, .halt = {Halt::When::now}});
  bench.executor.behaviours[0].end = Exited{1};
  bench.source.add_jobs(0, 0);
  bench.source.script.emplace_back(NotYet{});
  bench.source.add_jobs(1, 3);
  bench.reactor.inputs = {};
  CHECK_FALSE(bench.go());
  CHECK(bench.source.was_stopped);
  CHECK(bench.sink->kinds ==
        std::vector<std::string>{"exit", "not_started", "not_started", "not_started"});
}

TEST_CASE("an error of the input ends the reading and is returned when what runs has finished") {
  Bench bench({.max_workers = 2});
  bench.source.add_jobs(0, 0);
  bench.source.script.emplace_back(usage_error("f:2:1: bad"));
  const std::optional<Error> error = bench.go();
  REQUIRE(error);
  CHECK(error->message == "f:2:1: bad");
  CHECK(bench.sink->kinds == std::vector<std::string>{""});
}

TEST_CASE("exits are seen while a long input is read") {
  Bench bench({.max_workers = 1, .halt = {Halt::When::now}});
  bench.executor.behaviours[0] = {Duration::zero(), Exited{1}};
  bench.executor.behaviours[1] = {1000h, Exited{0}};
  bench.source.add_jobs(0, 5000);  // all but the first are recorded while reading goes on
  CHECK_FALSE(bench.go());
  CHECK(bench.reactor.waits > 5000 / 32);
}

TEST_CASE("a reader that went away ends the run") {
  Bench bench({.max_workers = 1});
  bench.source.add_jobs(0, 9);
  bench.sink->fail_with = Error{ErrorKind::reader_gone, ""};
  CHECK_FALSE(bench.go());
  CHECK(bench.executor.now < Instant{} + 10s);
}

TEST_CASE("a sink that fails is switched off and remembered, and the others go on") {
  Tee tee;
  auto failing = std::make_unique<FakeSink>();
  auto working = std::make_unique<FakeSink>();
  FakeSink& bad = *failing;
  FakeSink& good = *working;
  bad.fail_with = Error{ErrorKind::output, "disk full"};
  tee.add(std::move(failing));
  tee.add(std::move(working));
  CHECK_FALSE(tee.on(RunStarted{}));
  CHECK(tee.on(RunStarted{}));
  CHECK(bad.events == 1);
  CHECK(good.events == 2);
  REQUIRE(tee.failures().size() == 1);
  CHECK(tee.failures()[0].message == "disk full");
}

TEST_CASE("jobs that were recorded before are told, not run, and no halt comes of them") {
  Bench bench({.max_workers = 1, .halt = {Halt::When::now}});
  bench.source.script.emplace_back(recorded(0, Exited{0}));
  bench.source.script.emplace_back(recorded(1, Exited{3}));
  bench.source.add_jobs(2, 2);
  CHECK_FALSE(bench.go());
  CHECK(bench.sink->kinds == std::vector<std::string>{"", "exit", ""});
  CHECK(bench.sink->reused == std::vector<bool>{true, true, false});
  CHECK(bench.sink->commands[0] == std::vector<std::string>{"as", "recorded"});
  CHECK(bench.executor.now == Instant{} + 1s);
  CHECK(bench.sink->summary.jobs == 3);
  CHECK(bench.sink->summary.succeeded == 2);
  CHECK(bench.sink->summary.failed == 1);
  CHECK(bench.sink->summary.reused == 2);
  CHECK(bench.sink->summary.ended_by.empty());
}

TEST_CASE("a job after one that was recorded before starts, or never does") {
  const auto plan = [](bool is_awaited, std::vector<Prerequisite> after) {
    JobPlan made;
    made.is_awaited = is_awaited;
    made.after = std::move(after);
    return std::make_shared<const JobPlan>(std::move(made));
  };
  for (const int code : {0, 1}) {
    CAPTURE(code);
    Bench bench({.max_workers = 1});
    JobSpec later;  // in the input it comes before the one it is after
    later.plan = plan(false, {{JobIndex{1}, "b"}});
    bench.source.script.emplace_back(std::move(later));
    RecordedJob known = recorded(1, Exited{code});
    known.record->spec.plan = plan(true, {});
    bench.source.script.emplace_back(std::move(known));
    JobSpec last;
    last.index = JobIndex{2};
    last.plan = plan(false, {{JobIndex{1}, "b"}});
    bench.source.script.emplace_back(std::move(last));
    CHECK_FALSE(bench.go());
    const std::string end = code == 0 ? "" : "dependency";
    CHECK(bench.sink->kinds == std::vector<std::string>{code == 0 ? "" : "exit", end, end});
  }
}

TEST_CASE("who asks for the end of a run gets it, and what runs finishes or is ended") {
  for (const bool kill : {false, true}) {
    CAPTURE(kill);
    Bench bench({.max_workers = 1});
    bench.source.add_jobs(0, 2);
    bench.reactor.asked = AbortAsked{kill};
    CHECK_FALSE(bench.go());
    std::vector<std::string> kinds = bench.sink->kinds;
    std::ranges::sort(kinds);
    CHECK(kinds == std::vector<std::string>{kill ? "killed" : "", "not_started", "not_started"});
    CHECK(bench.sink->summary.ended_by == "abort");
  }
}

TEST_CASE("a journal that cannot be written ends the run, and what runs finishes") {
  Bench bench({.max_workers = 1});
  bench.source.add_jobs(0, 2);
  bench.reactor.asked = JournalFailed{};
  CHECK_FALSE(bench.go());
  CHECK(bench.sink->kinds == std::vector<std::string>{"not_started", "not_started", ""});
  CHECK(bench.sink->summary.ended_by == "journal");
}
