// Remembers the end of the story, for the exit code.
#pragma once

#include <optional>

#include "fanout/sink.hpp"

namespace fanout {

class Ending : public Sink {
 public:
  Result<void> on(const Event& event) override {
    if (const auto* job = std::get_if<JobFinished>(&event)) last_ = job->record.outcome;
    if (const auto* end = std::get_if<RunFinished>(&event)) summary_ = end->summary;
    if (const auto* cancelling = std::get_if<RunCancelling>(&event)) {
      is_cut_ = cancelling->reason == RunCancelling::Reason::deadline;
    }
    return {};
  }
  const Summary& summary() const { return summary_; }
  /// The deadline came before all was done.
  bool is_cut() const { return is_cut_; }
  const std::optional<Outcome>& last_outcome() const { return last_; }

 private:
  Summary summary_;
  std::optional<Outcome> last_;
  bool is_cut_ = false;
};

}  // namespace fanout
