// The one true record of a job, and the summary of a run.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/base/time.hpp"
#include "fanout/ids.hpp"
#include "fanout/job.hpp"
#include "fanout/notice.hpp"
#include "fanout/outcome.hpp"
#include "fanout/output.hpp"
#include "fanout/plan.hpp"

namespace fanout {

struct AttemptRecord {
  AttemptId id;
  Outcome outcome;
  Instant started{};
  Duration elapsed{};
  Usage usage;
  bool has_leaked = false;  ///< its process had ended, and others that came of it had not in time
};

/// `spec` is the job as asked for; its command has become `argv`. The last attempt is what the
/// record's own fields speak of.
struct JobRecord {
  JobSpec spec;
  std::vector<std::string> argv;  ///< as run by the last attempt, or as it would have been run
  Outcome outcome;
  std::vector<AttemptRecord> attempts;  ///< empty when never started
  Output out;
  Output err;
  std::optional<std::string> value;       ///< compact JSON
  std::shared_ptr<const Grants> granted;  ///< to the last attempt; null when it needed nothing
  InputUse input_use;                     ///< of the last attempt
  bool is_reused = false;                 ///< as an earlier run recorded it: nothing was started
};

/// Whether it succeeded, but not at once.
inline bool is_flaky(const JobRecord& record) {
  return record.attempts.size() > 1 && status_of(record.outcome) == Status::succeeded;
}

struct Summary {
  std::uint64_t jobs = 0;
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  std::uint64_t aborted = 0;
  /// The smaller of jobs and of the workers wanted (the most, when that was changed), or what the
  /// system allowed.
  std::uint64_t workers = 0;
  Duration elapsed{};
  Duration user{};
  Duration system{};
  std::string workers_limited_by;  ///< what it said when it allowed no more; empty when it did not
  std::string_view ended_by{};     ///< what ended the run before its end; empty when nothing did
  std::uint64_t flaky = 0;         ///< of those that succeeded
  std::uint64_t reused = 0;        ///< of all jobs, those that an earlier run had recorded
  bool is_partial = false;         ///< the run is not over: other jobs have no record yet
};

}  // namespace fanout
