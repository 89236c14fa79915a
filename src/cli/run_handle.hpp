// The handle of a detached run, as it is typed and told.
#pragma once

#include <string>

#include "cli/typed_options.hpp"
#include "fanout/base/result.hpp"
#include "store/run_directory.hpp"

namespace fanout {

/// The run whose handle is the only word of `command`.
Result<RunDirectory> run_of(const TypedOptions& typed, const std::string& command);

/// Prints the handle of a run that goes on. Returns the exit code.
int tell_handle(const RunDirectory& run);

}  // namespace fanout
