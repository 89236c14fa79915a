#include "sched/ready_queue.hpp"

#include <doctest/doctest.h>

#include <string>

#include "fanout/plan.hpp"

using namespace fanout;

namespace {

/// What a plan may say, by name, so that a test says only what it is about.
struct Wants {
  std::vector<std::string> mutexes = {};
  std::vector<Need> needs = {};
  std::int32_t priority = 0;
  std::vector<std::uint64_t> after = {};
  bool is_awaited = false;
};

Job job(std::uint64_t index) {
  auto made = std::make_unique<JobRecord>();
  made->spec.index = JobIndex{index};
  return made;
}

Job job(std::uint64_t index, Wants wants) {
  Job made = job(index);
  JobPlan plan{std::move(wants.mutexes), std::move(wants.needs), wants.priority, {}, false};
  plan.is_awaited = wants.is_awaited;
  for (const std::uint64_t before : wants.after) {
    plan.after.push_back({JobIndex{before}, "job " + std::to_string(before)});
  }
  made->spec.plan = std::make_shared<const JobPlan>(std::move(plan));
  return made;
}

/// A queue and those it gave out.
struct Bench {
  explicit Bench(std::vector<Resource> resources = {}, FirstStart start = FirstStart::at_once)
      : queue(resources, start) {}

  /// Takes all that may start: "0 2 5".
  std::string start_all() {
    std::string started;
    while (queue.has_next()) {
      Job next = queue.take_next();
      started += (started.empty() ? "" : " ") + std::to_string(next->spec.index.value);
      running.push_back(std::move(next));
    }
    return started;
  }
  Job take(std::uint64_t index) {
    for (Job& job : running) {
      if (job != nullptr && job->spec.index.value == index) return std::move(job);
    }
    FAIL("job " << index << " does not run");
    return nullptr;
  }
  void end(std::uint64_t index, int code = 0) {
    const Job job = take(index);
    job->outcome = Exited{code};
    queue.release(*job);
    queue.ended(*job);
  }
  /// Those that can never start: "2 because of job 0".
  std::string hopeless() {
    std::string told;
    while (const Job job = queue.next_hopeless()) {
      const auto& why = std::get<Cancelled>(job->outcome);
      CHECK(why.reason == Cancelled::Reason::dependency);
      told += (told.empty() ? "" : ", ") + std::to_string(job->spec.index.value) + " because of " +
              why.prerequisite;
    }
    return told;
  }
  std::string numbers_of(std::uint64_t index) const {
    std::string told;
    for (const Job& job : running) {
      if (job == nullptr || job->spec.index.value != index || job->granted == nullptr) continue;
      for (const Grant& grant : *job->granted) {
        told += grant.resource;
        for (const std::uint32_t number : grant.numbers) told += " " + std::to_string(number);
      }
    }
    return told;
  }

  ReadyQueue queue;
  std::vector<Job> running;
};

}  // namespace

TEST_CASE("jobs that want nothing start in input order") {
  Bench bench;
  CHECK(bench.queue.empty());
  CHECK(bench.queue.wants_more());
  for (std::uint64_t i = 0; i < 3; ++i) bench.queue.add(job(i));
  CHECK_FALSE(bench.queue.wants_more());
  CHECK(bench.start_all() == "0 1 2");
  CHECK(bench.queue.empty());
}

TEST_CASE("what is put back goes before all that came later") {
  Bench bench;
  for (std::uint64_t i = 0; i < 2; ++i) bench.queue.add(job(i));
  CHECK(bench.start_all() == "0 1");
  bench.queue.add(job(2));
  bench.queue.put_back(bench.take(1));
  bench.queue.put_back(bench.take(0));
  CHECK(bench.start_all() == "0 1 2");
}

TEST_CASE("jobs of one mutex follow each other, and others pass them") {
  Bench bench;
  bench.queue.add(job(0, {.mutexes = {"db"}}));
  bench.queue.add(job(1, {.mutexes = {"db"}}));
  bench.queue.add(job(2, {.mutexes = {"db", "net"}}));
  bench.queue.add(job(3, {.mutexes = {"net"}}));
  bench.queue.add(job(4));
  CHECK(bench.start_all() == "0 3 4");
  CHECK(bench.queue.wants_more());
  bench.end(0);
  CHECK(bench.start_all() == "1");
  bench.end(1);
  CHECK(bench.start_all() == "");
  bench.end(3);
  CHECK(bench.start_all() == "2");
}

TEST_CASE("numbers of a resource are the lowest free ones, and no two jobs have the same") {
  Bench bench({{"gpu", 3}});
  bench.queue.add(job(0, {.needs = {{"gpu", 1}}}));
  bench.queue.add(job(1, {.needs = {{"gpu", 2}}}));
  bench.queue.add(job(2, {.needs = {{"gpu", 1}}}));
  bench.queue.add(job(3, {.needs = {{"gpu", 2}}}));
  CHECK(bench.start_all() == "0 1");
  CHECK(bench.numbers_of(0) == "gpu 0");
  CHECK(bench.numbers_of(1) == "gpu 1 2");
  bench.end(1);
  CHECK(bench.start_all() == "2");
  CHECK(bench.numbers_of(2) == "gpu 1");
  bench.end(0);
  CHECK(bench.start_all() == "3");
  CHECK(bench.numbers_of(3) == "gpu 0 2");
}

TEST_CASE("all that a job needs is taken at once or not at all") {
  Bench bench({{"cpu", 1}, {"gpu", 1}});
  bench.queue.add(job(0, {.needs = {{"gpu", 1}}}));
  bench.queue.add(job(1, {.needs = {{"cpu", 1}, {"gpu", 1}}}));
  CHECK(bench.start_all() == "0");
  CHECK(bench.numbers_of(1) == "");
  bench.end(0);
  CHECK(bench.start_all() == "1");
  CHECK(bench.numbers_of(1) == "cpu 0gpu 0");
}

TEST_CASE("a job that needs much is not passed for ever: what it needs is kept for it") {
  Bench bench({{"gpu", 2}});
  bench.queue.add(job(0, {.needs = {{"gpu", 1}}}));
  bench.queue.add(job(1, {.needs = {{"gpu", 2}}}));
  bench.queue.add(job(2, {.needs = {{"gpu", 1}}}));
  CHECK(bench.start_all() == "0");
  bench.end(0);
  CHECK(bench.start_all() == "1");
  bench.end(1);
  CHECK(bench.start_all() == "2");
}

TEST_CASE("what is left over beside the one that waits first is not kept") {
  Bench bench({{"gpu", 4}});
  bench.queue.add(job(0, {.mutexes = {"m"}, .needs = {{"gpu", 1}}}));
  bench.queue.add(job(1, {.mutexes = {"m"}, .needs = {{"gpu", 2}}}));  // kept: two of three
  bench.queue.add(job(2, {.needs = {{"gpu", 2}}}));
  bench.queue.add(job(3, {.needs = {{"gpu", 1}}}));
  bench.queue.add(job(4, {.needs = {{"gpu", 1}}}));
  CHECK(bench.start_all() == "0 3");
  bench.end(0);
  CHECK(bench.start_all() == "1");
  bench.end(3);
  CHECK(bench.start_all() == "2");
  bench.end(1);
  CHECK(bench.start_all() == "4");
}

TEST_CASE("a higher priority goes first, ties are in input order") {
  Bench bench;
  bench.queue.add(job(0));
  bench.queue.add(job(1, {.priority = -1}));
  bench.queue.add(job(2, {.priority = 5}));
  bench.queue.add(job(3, {.priority = 5}));
  bench.queue.add(job(4, {.mutexes = {"m"}}));
  CHECK(bench.start_all() == "2 3 0 4 1");
}

TEST_CASE("where the last may be first, nobody starts before all are read") {
  Bench bench({}, FirstStart::when_all_are_read);
  bench.queue.add(job(0));
  bench.queue.add(job(1, {.priority = 1}));
  CHECK_FALSE(bench.queue.has_next());
  CHECK(bench.queue.wants_more());
  bench.queue.end_of_jobs();
  CHECK(bench.start_all() == "1 0");
}

TEST_CASE("a job starts when all that it is after have succeeded") {
  Bench bench;
  bench.queue.add(job(0, {.after = {2}, .is_awaited = true}));  // one that comes later
  bench.queue.add(job(1, {.is_awaited = true}));
  bench.queue.add(job(2, {.is_awaited = true}));
  bench.queue.add(job(3, {.after = {0, 1}}));
  CHECK(bench.start_all() == "1 2");
  bench.end(1);
  CHECK(bench.start_all() == "");
  bench.end(2);
  CHECK(bench.start_all() == "0");
  bench.end(0);
  CHECK(bench.start_all() == "3");
}

TEST_CASE("those after a job that did not succeed never start, and name the one they are after") {
  Bench bench;
  bench.queue.add(job(0, {.is_awaited = true}));
  bench.queue.add(job(1, {.after = {0}, .is_awaited = true}));
  bench.queue.add(job(2, {.after = {0, 1}}));
  bench.queue.add(job(3, {.after = {1}}));
  CHECK(bench.start_all() == "0");
  bench.end(0, 1);
  CHECK(bench.hopeless() == "1 because of job 0, 2 because of job 0, 3 because of job 1");
  CHECK(bench.queue.empty());
  SUBCASE("nor do those that come afterwards") {
    bench.queue.add(job(4, {.after = {3, 1}, .is_awaited = true}));
    bench.queue.add(job(5, {.after = {4}}));
    CHECK(bench.hopeless() == "4 because of job 1, 5 because of job 4");
    CHECK(bench.queue.empty());
  }
}

TEST_CASE("a job after one that has long succeeded need not wait") {
  Bench bench;
  bench.queue.add(job(0, {.is_awaited = true}));
  bench.start_all();
  bench.end(0);
  bench.queue.add(job(1, {.after = {0}}));
  CHECK(bench.start_all() == "1");
}

TEST_CASE("a chain of a hundred thousand jobs is no deeper for us than a short one") {
  constexpr std::uint64_t kJobs = 100'000;
  Bench bench({}, FirstStart::when_all_are_read);
  bench.queue.add(job(0, {.is_awaited = true}));
  for (std::uint64_t i = 1; i < kJobs; ++i) {
    bench.queue.add(job(i, {.after = {i - 1}, .is_awaited = true}));
  }
  bench.queue.end_of_jobs();
  CHECK(bench.start_all() == "0");
  bench.end(0, 1);
  std::uint64_t hopeless = 0;
  while (bench.queue.next_hopeless()) ++hopeless;
  CHECK(hopeless == kJobs - 1);
}

TEST_CASE("while nobody can start more are wanted, but not for ever") {
  Bench bench;
  bench.queue.add(job(0, {.mutexes = {"m"}}));
  CHECK(bench.start_all() == "0");
  std::uint64_t read = 1;
  while (bench.queue.wants_more() && read < 1'000'000) {
    bench.queue.add(job(read++, {.mutexes = {"m"}}));
  }
  CHECK(read == 10'001);
  bench.end(0);
  CHECK(bench.start_all() == "1");
  CHECK(bench.queue.wants_more());
}

TEST_CASE("all that wait can be taken, in input order") {
  Bench bench({{"gpu", 1}});
  bench.queue.add(job(0, {.after = {3}}));
  bench.queue.add(job(1, {.priority = 7}));
  bench.queue.add(job(2, {.needs = {{"gpu", 1}}}));
  bench.queue.add(job(3, {.mutexes = {"m"}, .is_awaited = true}));
  bench.queue.add(job(4));
  std::string indices;
  for (const Job& job : bench.queue.take_all()) indices += std::to_string(job->spec.index.value);
  CHECK(indices == "01234");
  CHECK(bench.queue.empty());
  CHECK_FALSE(bench.queue.has_next());
}
