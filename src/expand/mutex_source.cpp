#include "expand/mutex_source.hpp"

#include <utility>
#include <variant>

#include "fanout/plan.hpp"

namespace fanout {
namespace {

// Inside of a word all values of a placeholder are joined: so the text is made a part of one.
constexpr char kInFront = '=';

Error about(Error error) {
  error.message = "--mutex: " + error.message;
  return error;
}

}  // namespace

Result<std::unique_ptr<JobSource>> MutexSource::over(std::unique_ptr<JobSource> inner,
                                                     const std::string& mutex,
                                                     const CommandText& like) {
  CommandText text;
  text.placeholders = like.placeholders;
  text.all_token = like.all_token;
  text.params = like.params;
  text.words = {kInFront + mutex};
  Result<Template> name = Template::parse(std::make_shared<const CommandText>(std::move(text)));
  if (!name) return about(std::move(name).error());
  return std::unique_ptr<JobSource>(new MutexSource(std::move(inner), *std::move(name)));
}

NextJob MutexSource::next() {
  NextJob next = inner_->next();
  auto* job = std::get_if<JobSpec>(&next);
  if (job == nullptr) return next;
  Result<std::string> name = name_for(*job);
  if (!name) {
    Error error = about(std::move(name).error());
    error.message = at(job->origin, error.message);
    return error;
  }
  JobPlan plan = job->plan == nullptr ? JobPlan() : *job->plan;
  plan.mutexes = {*std::move(name)};
  job->plan = std::make_shared<const JobPlan>(std::move(plan));
  return next;
}

// What has no placeholder is appended as further words, which are nobody's business here.
Result<std::string> MutexSource::name_for(const JobSpec& job) const {
  Result<Command> command = name_.expand(job.args, job.kwargs, job.index.value + 1, {});
  if (!command) return std::move(command).error();
  if (!command->slot_holes.empty()) {
    return usage_error("\"{%}\" is known only when the job starts");
  }
  return command->argv.front().substr(1);
}

}  // namespace fanout
