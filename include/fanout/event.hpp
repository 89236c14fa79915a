// The story of a run, gapless and told once, in order: RunStarted, then for every job JobStarted,
// JobRetrying… and exactly one JobFinished, RunCancelling at most once, RunFinished.
#pragma once

#include <variant>

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
};
/// An attempt failed and the job will be tried again.
struct JobRetrying {
  AttemptRecord attempt;
};
struct JobFinished {
  JobRecord record;
};
struct RunCancelling {
  enum class Reason { failure, deadline, signal, reader_gone, input_error };
  Reason reason = Reason::failure;
  Instant at{};
};
struct RunFinished {
  Summary summary;
  Instant at{};
};

using Event =
    std::variant<RunStarted, JobStarted, JobRetrying, JobFinished, RunCancelling, RunFinished>;

}  // namespace fanout
