// Orders of the Scheduler to the Executor.
#pragma once

#include <variant>

#include "fanout/ids.hpp"
#include "fanout/job.hpp"

namespace fanout {

/// `job` stays where it is until the AttemptEnded for `id` has been given to the Scheduler.
struct StartAttempt {
  AttemptId id;
  const JobSpec* job = nullptr;
};

struct StopAttempt {
  enum class How {
    ask,   ///< SIGTERM to the job's process group
    kill,  ///< SIGKILL to the job's process group
  };
  AttemptId id;
  How how = How::ask;
};

using Action = std::variant<StartAttempt, StopAttempt>;

}  // namespace fanout
