#include "expand/job_text.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "expand/checking_source.hpp"

using namespace fanout;

namespace {

JobSpec job_with(const std::vector<std::string>& args, std::vector<std::string> params = {}) {
  CommandText text;
  text.words = {"command"};
  text.params = std::move(params);
  JobSpec job;
  job.index = JobIndex{6};
  job.text = std::make_shared<const CommandText>(std::move(text));
  for (const std::string& arg : args) job.args.push_back(Value::of_string(arg));
  return job;
}

std::string made(JobText text, const JobSpec& job) {
  const Result<std::string> result = text.of(job, SlotNumber{3});
  REQUIRE(result);
  return *result;
}

class OneJob : public JobSource {
 public:
  explicit OneJob(JobSpec job) : next_(std::move(job)) {}
  NextJob next() override { return std::exchange(next_, EndOfJobs{}); }
  std::optional<std::uint64_t> total() const override { return 1; }

 private:
  NextJob next_;
};

}  // namespace

TEST_CASE("a text says what it names of a job, and nothing else of it") {
  const JobSpec job = job_with({"dir/a.txt", "b"});
  CHECK(made({"{2}", "{}"}, job) == "b");
  CHECK(made({"plain", "{}"}, job) == "plain");
  CHECK(made({"", "{}"}, job) == "");
  CHECK(made({"{}", "{}"}, job) == "dir/a.txt b");
  CHECK(made({"[{/.}] {#}/{%}", "{}"}, job) == "[a] 7/3");
  CHECK(made({"{%}{%}", "{}"}, job) == "33");
  CHECK(made({"@ {}", "@"}, job) == "dir/a.txt b {}");
}

TEST_CASE("a text knows the parameters and keyword arguments of each job") {
  JobText text("{city}: {size}", "{}");
  JobSpec rome = job_with({"Rome"}, {"city"});
  rome.kwargs.set("size", Value{Value::Kind::number, "3", {}});
  const JobSpec none = job_with({"x"});
  CHECK(*text.of(rome, {}) == "Rome: 3");
  CHECK(*text.of(none, {}) == "{city}: {size}");
  CHECK(*text.of(rome, {}) == "Rome: 3");
}

TEST_CASE("a job that has not what a text names is refused when it is read") {
  JobSpec job = job_with({"a"});
  job.origin = {std::make_shared<const std::string>("jobs.json"), 3, 5};
  CheckingSource bad(std::make_unique<OneJob>(job), JobText("{2}", "{}"), "--tag-string");
  CHECK(*bad.total() == 1);
  const NextJob next = bad.next();
  const auto* error = std::get_if<Error>(&next);
  REQUIRE(error != nullptr);
  CHECK(
      error->message ==
      "jobs.json:3:5: --tag-string: \"{2}\" stands for an argument that is not there: the job has "
      "1 argument");
  CheckingSource good(std::make_unique<OneJob>(job), JobText("{1}", "{}"), "--tag-string");
  CHECK(std::holds_alternative<JobSpec>(good.next()));
  CHECK(std::holds_alternative<EndOfJobs>(good.next()));
}
