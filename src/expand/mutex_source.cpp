#include "expand/mutex_source.hpp"

#include <optional>
#include <utility>
#include <variant>

#include "expand/piece.hpp"
#include "fanout/base/text.hpp"
#include "fanout/plan.hpp"

namespace fanout {
namespace {

Error about(const std::string& message, ErrorKind kind = ErrorKind::usage) {
  return {kind, "--mutex: " + message};
}

/// The placeholder in `text` that stands for the worker slot, or nothing.
std::optional<std::string> slot_in(const std::string& text, const std::string& all_token) {
  for (const Piece& piece : cut_word(text, all_token)) {
    const bool is_slot = piece.placeholder && piece.placeholder->kind == Placeholder::Kind::slot;
    if (is_slot) return std::string(piece.text);
  }
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<JobSource>> MutexSource::over(std::unique_ptr<JobSource> inner,
                                                     const std::string& mutex,
                                                     const CommandText& like) {
  if (mutex.empty()) return about("\"\" is no name");
  if (const auto slot = slot_in(mutex, like.all_token)) {
    return about(in_quotes(*slot) + " is known only when the job starts");
  }
  return std::unique_ptr<JobSource>(
      new MutexSource(std::move(inner), JobText(mutex, like.all_token)));
}

NextJob MutexSource::next() {
  NextJob next = inner_->next();
  auto* job = std::get_if<JobSpec>(&next);
  if (job == nullptr) return next;
  Result<std::string> name = name_.of(*job, SlotNumber{});
  if (!name) {
    const Error error = about(name.error().message, name.error().kind);
    return Error{error.kind, at(job->origin, error.message)};
  }
  JobPlan plan = job->plan == nullptr ? JobPlan() : *job->plan;
  plan.mutexes = {*std::move(name)};
  job->plan = std::make_shared<const JobPlan>(std::move(plan));
  return next;
}

}  // namespace fanout
