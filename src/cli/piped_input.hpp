// `map --pipe`: an input that is not items but what the jobs read, cut at record borders.
#pragma once

#include "cli/execute.hpp"
#include "cli/typed_options.hpp"
#include "fanout/base/result.hpp"
#include "fanout/job.hpp"

namespace fanout {

/// Whether it was asked for. An error for what is about it without it, or contradicts it.
Result<bool> is_piped(const TypedOptions& typed);

/// Sets the jobs, each `prototype` with a block of the input, and the live input. The settings and
/// the mode must be known.
Result<void> piped_input(RunRequest& request, const TypedOptions& typed, JobSpec prototype);

}  // namespace fanout
