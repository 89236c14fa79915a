// The executor of jobs on this machine, with what a command line gives it.
#pragma once

#include <memory>

#include "cli/machine.hpp"
#include "exec/local_executor.hpp"

namespace fanout {

/// With a run id of its own. What stops fanout (^Z) stops its jobs, so it must outlive the last
/// wait on the machine's loop.
std::unique_ptr<LocalExecutor> make_local_executor(Machine& machine, BlobStore& outputs,
                                                   LocalExecutorOptions options);

}  // namespace fanout
