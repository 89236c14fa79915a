#include "expand/packed_jobs.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

namespace fanout {
namespace {

/// Each word has its end and a pointer to it.
std::size_t size_in_argv(std::string_view word) {
  return word.size() + 1 + sizeof(char*);
}

}  // namespace

PackedJobs::PackedJobs(std::unique_ptr<JobSource> rows, const CommandRoom& room,
                       std::size_t workers)
    : rows_(std::move(rows)), room_(room), workers_(std::max<std::size_t>(workers, 1)) {}

NextJob PackedJobs::next() {
  while (!ending_) {
    NextJob next = EndOfJobs{};
    if (overflow_) {
      next = *std::exchange(overflow_, std::nullopt);
    } else {
      next = rows_->next();
    }
    if (std::holds_alternative<NotYet>(next)) return next;
    if (auto* row = std::get_if<JobSpec>(&next)) {
      if (add(*row)) continue;
      overflow_ = std::move(*row);
      return take(parts_.size());
    }
    ending_ = std::move(next);
    jobs_left_ = std::min(parts_.size(), workers_);
  }
  if (parts_.empty()) return *ending_;
  const std::size_t share = (parts_.size() + jobs_left_ - 1) / jobs_left_;
  --jobs_left_;
  return take(share);
}

bool PackedJobs::add(JobSpec& row) {
  const std::size_t cost = cost_of(row);
  const bool is_line = row.text->form == CommandText::Form::line;
  const std::size_t limit = is_line ? std::min(room_.word, room_.bytes) : room_.bytes;
  const bool is_full = parts_.size() == room_.rows || size_ + cost > limit;
  if (!parts_.empty() && is_full) return false;
  if (parts_.empty()) size_ = fixed_.value_or(0);
  size_ += cost;
  parts_.push_back({std::move(row.args), std::move(row.origin)});
  model_ = std::move(row);
  return true;
}

// Each word of a command is there once, or once for each row. So a row adds the same to every
// command: what two of it take, less what one takes.
std::size_t PackedJobs::cost_of(const JobSpec& row) {
  const std::optional<std::size_t> once = size_of(row);
  if (!once) return room_.bytes;
  if (!fixed_) {
    JobSpec twice = row;
    twice.args.insert(twice.args.end(), row.args.begin(), row.args.end());
    fixed_ = 2 * *once - size_of(twice).value_or(*once);
  }
  return *once - *fixed_;
}

/// Nothing when the job cannot be expanded: whoever expands it says why.
std::optional<std::size_t> PackedJobs::size_of(const JobSpec& job) {
  if (!template_) {
    Result<Template> made = Template::parse(job.text);
    if (!made) return std::nullopt;
    template_.emplace(*std::move(made));
  }
  const Result<Kwargs> merged = template_->merge(job.args, job.kwargs);
  if (!merged) return std::nullopt;
  const Result<Command> command = template_->expand(job.args, *merged, job.index.value + 1, {});
  if (!command) return std::nullopt;
  std::size_t size = 0;
  for (const std::string& word : command->argv) size += size_in_argv(word);
  return size;
}

JobSpec PackedJobs::take(std::size_t parts) {
  JobSpec job = model_;
  job.index.value = next_index_++;
  job.origin = parts_.front().origin;
  job.args.clear();
  for (std::size_t i = 0; i < parts; ++i) {
    std::ranges::move(parts_.front().args, std::back_inserter(job.args));
    parts_.pop_front();
  }
  return job;
}

}  // namespace fanout
