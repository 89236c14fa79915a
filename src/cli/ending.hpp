// Remembers the end of the story, for the exit code.
#pragma once

#include <optional>

#include "fanout/base/result.hpp"
#include "fanout/settings.hpp"
#include "fanout/sink.hpp"

namespace fanout {

class Ending : public Sink {
 public:
  Result<void> on(const Event& event) override {
    if (const auto* job = std::get_if<JobFinished>(&event)) {
      last_ = job->record.outcome;
      if (!loss_) loss_ = loss_of(job->record);
    }
    if (const auto* end = std::get_if<RunFinished>(&event)) summary_ = end->summary;
    if (const auto* cancelling = std::get_if<RunCancelling>(&event)) reason_ = cancelling->reason;
    return {};
  }
  const Summary& summary() const { return summary_; }
  /// Why the run ended before all was done; empty when it did not.
  const std::optional<RunCancelling::Reason>& cut_by() const { return reason_; }
  /// Whether everything that ran was to be ended, not only single jobs.
  bool ended_all(OnFailure on_failure) const;
  const std::optional<Outcome>& last_outcome() const { return last_; }
  /// The first job that said more than could be kept.
  const std::optional<Error>& loss() const { return loss_; }

 private:
  static std::optional<Error> loss_of(const JobRecord& record);

  Summary summary_;
  std::optional<Outcome> last_;
  std::optional<RunCancelling::Reason> reason_;
  std::optional<Error> loss_;
};

}  // namespace fanout
