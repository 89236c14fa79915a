// What the scheduler has to keep to, from the settings of a run and the machine it is on.
#pragma once

#include "cli/execute.hpp"
#include "sched/scheduler.hpp"

namespace fanout {

/// What of it is about the attempts of a job.
Policy attempt_policy_of(const Settings& settings);

/// The jobs must still be with the request.
Policy policy_of(const RunRequest& request);

}  // namespace fanout
