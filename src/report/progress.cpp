#include "report/progress.hpp"

#include <algorithm>
#include <cmath>

#include "fanout/base/overloaded.hpp"

namespace fanout {
namespace {

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

Duration to_duration(double seconds) {
  constexpr double kMost = 100.0 * 365 * 86400;
  return std::chrono::duration_cast<Duration>(
      std::chrono::duration<double>(std::min(seconds, kMost)));
}

}  // namespace

void Progress::on(const Event& event) {
  std::visit(Overloaded{
                 [&](const RunStarted& run) { start_ = looked_ = run.at; },
                 [&](const JobStarted& job) { running_.insert(job.id.job); },
                 [&](const JobPostponed& job) { running_.erase(job.id.job); },
                 [&](const JobRetrying& job) { running_.erase(job.attempt.id.job); },
                 [&](const JobFinished& job) {
                   running_.erase(job.record.spec.index);
                   switch (status_of(job.record.outcome)) {
                     case Status::succeeded: ++succeeded_; break;
                     case Status::failed: ++failed_; break;
                     case Status::aborted: ++aborted_; break;
                   }
                 },
                 [](const auto&) {},
             },
             event);
}

ProgressView Progress::look(Instant now) {
  update_rate(now);
  ProgressView view;
  view.done = succeeded_ + failed_ + aborted_;
  view.failed = failed_;
  view.aborted = aborted_;
  view.running = running_.size();
  view.total = total_();
  view.elapsed = now - start_;
  if (view.done == 0 || recent_seconds_ <= 0) return view;
  view.rate = recent_jobs_ / recent_seconds_;
  if (view.total && *view.total >= view.done && *view.rate > 0) {
    view.remaining = to_duration(static_cast<double>(*view.total - view.done) / *view.rate);
  }
  return view;
}

// Faded over some ten jobs, so that those that take minutes do not let the rate jump; and over a
// quarter of a minute, so that a thousand a second do not.
void Progress::update_rate(Instant now) {
  constexpr double kFewestSeconds = 15;
  constexpr double kFewestJobs = 10;
  const double passed = seconds(now - looked_);
  if (passed <= 0) return;
  const std::uint64_t done = succeeded_ + failed_ + aborted_;
  const double mean_gap = done == 0 ? 0 : seconds(now - start_) / static_cast<double>(done);
  const double memory = std::max(kFewestSeconds, kFewestJobs * mean_gap);
  const double faded = std::exp(-passed / memory);
  recent_jobs_ = recent_jobs_ * faded + static_cast<double>(done - seen_);
  recent_seconds_ = recent_seconds_ * faded + passed;
  looked_ = now;
  seen_ = done;
}

void Progress::skip(Duration stopped_for) {
  start_ += stopped_for;
  looked_ += stopped_for;
}

}  // namespace fanout
