// `fanout map`.
#pragma once

#include <optional>

#include "cli/detached_run.hpp"
#include "cli/typed_options.hpp"
#include "cli/words.hpp"

namespace fanout {

/// Returns the exit code.
int map_command(const Words& words);

enum class MapJobs {
  of_items,
  just_one,  ///< the command as it stands; there are no items
};

/// The same, when the options are known; of a detached run it is the runner's part.
int run_map(const TypedOptions& typed, const Words& words, MapJobs which,
            const std::optional<DetachedRun>& detached);

}  // namespace fanout
