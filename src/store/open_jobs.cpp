#include "store/open_jobs.hpp"

#include <cassert>
#include <utility>

namespace fanout {

void OpenJobs::read(JobIndex job, RowOfJob row) {
  jobs_.emplace(job.value, Job{row, nullptr, {}, false});
}

void OpenJobs::started(const JobStarted& start) {
  const auto job = jobs_.find(start.id.job.value);
  assert(job != jobs_.end() && "a job that no source of the journal gave");
  job->second.spec = start.job;
  job->second.since = start.at;
  starts_.push_back({start.id, start.at});
  ++running_;
}

std::optional<std::int64_t> OpenJobs::stopped(JobIndex index) {
  const auto job = jobs_.find(index.value);
  assert(job != jobs_.end() && job->second.spec != nullptr && "it does not run");
  job->second.spec = nullptr;
  --running_;
  if (!std::exchange(job->second.is_written, false)) return std::nullopt;
  return job->second.row.row;
}

RowOfJob OpenJobs::finished(JobIndex index) {
  const auto job = jobs_.find(index.value);
  assert(job != jobs_.end() && "a job that no source of the journal gave");
  if (job->second.spec != nullptr) --running_;
  const RowOfJob row = job->second.row;
  jobs_.erase(job);
  return row;
}

std::optional<Instant> OpenJobs::first_start() {
  drop_ended();
  if (starts_.empty()) return std::nullopt;
  return starts_.front().at;
}

std::optional<OpenJobs::Start> OpenJobs::take_start(Instant until) {
  drop_ended();
  if (starts_.empty() || starts_.front().at > until) return std::nullopt;
  const Order order = starts_.front();
  starts_.pop_front();
  Job& job = jobs_.at(order.id.job.value);
  job.is_written = true;
  return Start{job.row, job.spec, order.id, order.at};
}

void OpenJobs::drop_ended() {
  while (!starts_.empty()) {
    const auto job = jobs_.find(starts_.front().id.job.value);
    const bool runs = job != jobs_.end() && job->second.spec != nullptr;
    if (runs && job->second.since == starts_.front().at && !job->second.is_written) return;
    starts_.pop_front();
  }
}

}  // namespace fanout
