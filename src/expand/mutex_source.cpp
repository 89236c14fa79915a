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
  text.words = {kInFront + mutex};
  Result<Template> name = with_names(text, like);
  if (!name) return about(std::move(name).error());
  return std::unique_ptr<JobSource>(
      new MutexSource(std::move(inner), std::move(text), *std::move(name)));
}

Result<Template> MutexSource::with_names(CommandText& text, const CommandText& like) {
  text.params = like.params;
  text.first_names = like.first_names;
  return Template::parse(std::make_shared<const CommandText>(text));
}

/// Those of columns come with the first job.
Result<void> MutexSource::learn_names(const CommandText& like) {
  if (text_.params == like.params && text_.first_names == like.first_names) return {};
  Result<Template> name = with_names(text_, like);
  if (!name) return std::move(name).error();
  name_ = *std::move(name);
  return {};
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

Result<std::string> MutexSource::name_for(const JobSpec& job) {
  if (job.text != nullptr) {
    if (Result<void> learnt = learn_names(*job.text); !learnt) return learnt.error();
  }
  Result<Command> command = name_.words(job.args, job.kwargs, job.index.value + 1);
  if (!command) return std::move(command).error();
  if (!command->slot_holes.empty()) {
    return usage_error("\"{%}\" is known only when the job starts");
  }
  return command->argv.front().substr(1);
}

}  // namespace fanout
