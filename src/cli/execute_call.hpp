// The wiring of `call`: one job as if it were a plain command.
#pragma once

#include <memory>

#include "fanout/settings.hpp"
#include "fanout/source.hpp"

namespace fanout {

/// Runs the one job with fanout's own standard streams; the exit code is the job's, 128+N after
/// signal N, 124 after a timeout. Dies by a signal as execute() does.
int execute_call(const Settings& settings, std::unique_ptr<JobSource> job);

}  // namespace fanout
