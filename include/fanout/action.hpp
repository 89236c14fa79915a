// Orders of the Scheduler to the Executor.
#pragma once

#include <variant>

#include "fanout/ids.hpp"
#include "fanout/job.hpp"
#include "fanout/plan.hpp"

namespace fanout {

/// `job` and `granted` stay where they are until the AttemptEnded for `id` has been given to the
/// Scheduler.
struct StartAttempt {
  AttemptId id;
  const JobSpec* job = nullptr;
  bool is_last = true;              ///< there is no other after it, however it ends
  const Grants* granted = nullptr;  ///< what it has of counted resources
};

struct StopAttempt {
  enum class How {
    ask,   ///< SIGTERM to every process of the job
    kill,  ///< SIGKILL to every process of the job
    /// The job's own process has exited: takes what was said, waits for nobody else, and leaves
    /// those who are left alone.
    release,
  };
  AttemptId id;
  How how = How::ask;
};

using Action = std::variant<StartAttempt, StopAttempt>;

}  // namespace fanout
