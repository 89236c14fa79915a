#include "expand/mutex_source.hpp"

#include <doctest/doctest.h>

#include <deque>

#include "fanout/plan.hpp"

using namespace fanout;

namespace {

struct Jobs : JobSource {
  std::deque<JobSpec> jobs;

  NextJob next() override {
    if (jobs.empty()) return EndOfJobs{};
    JobSpec first = std::move(jobs.front());
    jobs.pop_front();
    return first;
  }
};

JobSpec job(std::vector<std::string> args) {
  JobSpec spec;
  spec.text = std::make_shared<const CommandText>();
  for (std::string& arg : args) spec.args.push_back(Value::of_string(std::move(arg)));
  spec.kwargs.set("city", Value::of_string("Rome"));
  return spec;
}

/// The mutex of a job with these arguments, or what is wrong.
std::string mutex_of(const std::string& text, std::vector<std::string> args,
                     const CommandText& like = {}) {
  auto jobs = std::make_unique<Jobs>();
  jobs->jobs.push_back(job(std::move(args)));
  const auto source = MutexSource::over(std::move(jobs), text, like);
  if (!source) return source.error().message;
  const NextJob next = (*source)->next();
  if (const auto* error = std::get_if<Error>(&next)) return error->message;
  const auto& plan = *std::get<JobSpec>(next).plan;
  REQUIRE(plan.mutexes.size() == 1);
  return plan.mutexes.front();
}

}  // namespace

TEST_CASE("a mutex is made of the arguments of the job") {
  CHECK(mutex_of("{1}", {"host", "b"}) == "host");
  CHECK(mutex_of("{}", {"a", "b c"}) == "a b c");
  CHECK(mutex_of("{//}:{2}", {"d/x", "y"}) == "d:y");
  CHECK(mutex_of("{city} {#}", {"a"}) == "Rome 1");
  CHECK(mutex_of("db", {"a"}) == "db");
  CHECK(mutex_of("{nobody}", {"a"}) == "{nobody}");
}

TEST_CASE("its placeholders are those of the command") {
  CommandText other;
  other.all_token = "%";
  CHECK(mutex_of("%", {"a"}, other) == "a");
}

TEST_CASE("what cannot be known is an error") {
  CHECK(mutex_of("{2}", {"a"}) ==
        "--mutex: \"{2}\" stands for an argument that is not there: the job has 1 argument");
  CHECK(mutex_of("", {"a"}) == "--mutex: \"\" is no name");
  CHECK(mutex_of("{%}", {"a"}) == "--mutex: \"{%}\" is known only when the job starts");
}

TEST_CASE("what else the job needs stays") {
  auto jobs = std::make_unique<Jobs>();
  JobSpec spec = job({"a"});
  JobPlan plan;
  plan.needs = {{"gpu", 1}};
  spec.plan = std::make_shared<const JobPlan>(plan);
  jobs->jobs.push_back(std::move(spec));
  const auto source = MutexSource::over(std::move(jobs), "m", {});
  REQUIRE(source);
  const NextJob next = (*source)->next();
  const JobPlan& both = *std::get<JobSpec>(next).plan;
  CHECK(both.needs == plan.needs);
  CHECK(both.mutexes == std::vector<std::string>{"m"});
  CHECK(std::holds_alternative<EndOfJobs>((*source)->next()));
}

TEST_CASE("names that come with the first job are placeholders") {
  CommandText named;
  named.params = {"host"};
  auto jobs = std::make_unique<Jobs>();
  jobs->jobs.push_back(job({"a"}));
  jobs->jobs.front().text = std::make_shared<const CommandText>(named);
  const auto source = MutexSource::over(std::move(jobs), "{host}", CommandText());
  REQUIRE(source);
  const NextJob next = (*source)->next();
  CHECK(std::get<JobSpec>(next).plan->mutexes.front() == "a");
}

TEST_CASE("keys that could be no option do no harm") {
  auto jobs = std::make_unique<Jobs>();
  jobs->jobs.push_back(job({}));
  jobs->jobs.front().kwargs.set("a b", Value::of_string("c"));
  const auto source = MutexSource::over(std::move(jobs), "db", CommandText());
  REQUIRE(source);
  CHECK(std::holds_alternative<JobSpec>((*source)->next()));
}
