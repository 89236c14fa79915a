// The results of a run from its journal: the story told again to the sinks that tell it first.
#pragma once

#include <optional>
#include <string>

#include "cli/run_state.hpp"
#include "fanout/record.hpp"
#include "fanout/settings.hpp"
#include "fanout/sink.hpp"
#include "report/run_info.hpp"

namespace fanout {

/// What sinks say of the run as a whole. Precondition: it has a session.
RunInfo info_of(const RunDirectory& run, const RunState& state);

/// What was recorded of these jobs, with what only the session knows.
class RecordedSummary {
 public:
  void note(const JobRecord& record);
  /// Refers to texts of the state. Precondition: it has a session.
  Summary of(const RunState& state) const;

 private:
  Summary counted_;
};

/// Which of the jobs that have ended, and how they come.
struct RecordedJobs {
  Order order = Order::input;
  std::optional<std::string> only;  ///< the name or the index of one
};

/// Tells RunStarted, JobFinished for each and RunFinished. What a sink says is its own; the error
/// is that of a journal that cannot be read, or of a job that is not there.
Result<Summary> tell(OpenRun& run, const RecordedJobs& jobs, Sink& sink);

}  // namespace fanout
