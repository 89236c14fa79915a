// `fanout run`.
#pragma once

#include <optional>

#include "cli/detached_run.hpp"
#include "cli/typed_options.hpp"
#include "cli/words.hpp"

namespace fanout {

/// Returns the exit code.
int run_command(const Words& words);

/// The same, when the options are known; of a detached run it is the runner's part.
int run_manifest(const TypedOptions& typed, const Words& words,
                 const std::optional<DetachedRun>& detached);

}  // namespace fanout
