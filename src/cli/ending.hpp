// Remembers the end of the story, for the exit code.
#pragma once

#include <optional>

#include "cli/exit_code.hpp"
#include "fanout/base/result.hpp"
#include "fanout/sink.hpp"

namespace fanout {

/// How far the end of a run has come, in rising order.
enum class EndStage {
  none,
  draining,  ///< nothing more starts
  killing,   ///< what runs is being ended
  over,
};

class Ending : public Sink {
 public:
  explicit Ending(Halt halt = {}) { verdict_.halt = halt; }

  Result<void> on(const Event& event) override;

  const Summary& summary() const { return summary_; }
  /// Why the run ended before all was done; empty when it did not.
  const std::optional<RunCancelling::Reason>& cut_by() const { return reason_; }
  /// Whether everything that ran was to be ended, not only single jobs.
  bool ended_all() const { return has_ended_all_; }
  EndStage stage() const;
  const std::optional<Outcome>& last_outcome() const { return last_; }
  /// The first job that said more than could be kept.
  const std::optional<Error>& loss() const { return loss_; }
  const Verdict& verdict() const { return verdict_; }

 private:
  void note(const JobRecord& record);
  void note_failure(const JobRecord& record);
  void note(const RunCancelling& cancelling);
  void note(const Summary& summary);
  static std::optional<Error> loss_of(const JobRecord& record);

  Summary summary_;
  Verdict verdict_;
  JobIndex first_failed_;  // the one that first_code is of
  std::optional<Outcome> last_;
  std::optional<RunCancelling::Reason> reason_;
  bool has_ended_all_ = false;
  bool is_over_ = false;
  std::optional<Error> loss_;
};

}  // namespace fanout
