// The story of a run, gapless and told once, in order: RunStarted, then for every job JobStarted,
// JobPostponed or JobRetrying… and exactly one JobFinished, RunFinished. RunCancelling is told
// once, and once more when what was only to be left to finish is to be ended after all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fanout/base/time.hpp"
#include "fanout/ids.hpp"
#include "fanout/record.hpp"

namespace fanout {

struct RunStarted {
  Instant at{};
};
struct JobStarted {
  AttemptId id;
  Instant at{};
  /// As long as it runs: it may be gone before its JobFinished is told, as soon as others are.
  const JobSpec* job = nullptr;
};
/// The attempt that JobStarted spoke of never was: the system refused it. It will be started again.
struct JobPostponed {
  AttemptId id;
  Instant at{};
};
/// An attempt failed and the job will be tried again.
struct JobRetrying {
  AttemptRecord attempt;
};
struct JobFinished {
  JobRecord record;
};
/// The system refuses to run more than so many at once.
struct WorkersReduced {
  std::uint32_t workers = 0;
  std::string message;  ///< what it said
};
/// What runs at this moment, because somebody asked.
struct RunStatus {
  struct Attempt {
    AttemptId id;
    Duration elapsed{};
    JobRecord job;  ///< without an outcome and outputs
  };
  Summary so_far;
  std::vector<Attempt> running;
};
struct RunCancelling {
  /// The first three are those of --halt.
  enum class Reason {
    failure,
    success,
    done,
    deadline,
    signal,
    reader_gone,
    input_error,
    not_possible,
    abort,   ///< somebody asked for it
    journal  ///< it could not be written any more
  };
  enum class How {
    drain,  ///< what runs may finish
    kill,   ///< what runs is ended
  };
  Reason reason = Reason::failure;
  Instant at{};
  How how = How::drain;
};
struct RunFinished {
  Summary summary;
  Instant at{};
};

/// The word for it in a summary.
std::string_view name_of(RunCancelling::Reason reason);

using Event = std::variant<RunStarted, JobStarted, JobPostponed, JobRetrying, JobFinished,
                           WorkersReduced, RunStatus, RunCancelling, RunFinished>;

}  // namespace fanout
