// Begins a detached run and stays until it has begun: the part of whoever starts or resumes one.
#pragma once

#include <functional>
#include <optional>

#include "cli/detached_run.hpp"
#include "cli/typed_options.hpp"
#include "store/run_directory.hpp"
#include "store/start_record.hpp"

namespace fanout {

/// Runs it here, in this process. Returns the exit code.
int run_here(const StartRecord& record, const TypedOptions& typed,
             const std::optional<DetachedRun>& detached);

struct BegunRun {
  bool is_well = false;  ///< it goes on without us
  int exit_code = 0;     ///< otherwise
};

/// Runs it in a process of its own. What is wrong was said when this returns, and `undo` was
/// called. Does not return when we were asked to end meanwhile.
BegunRun begin_detached(const StartRecord& record, const TypedOptions& typed,
                        const RunDirectory& directory, DetachedRun::Kind kind,
                        const std::function<void()>& undo);

}  // namespace fanout
