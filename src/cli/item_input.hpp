// Where the jobs of `map` come from: lists of items, put together, a few of them for each job.
#pragma once

#include "cli/execute.hpp"
#include "cli/map_words.hpp"
#include "cli/typed_options.hpp"
#include "fanout/base/result.hpp"
#include "fanout/job.hpp"

namespace fanout {

/// Sets the jobs and the live inputs; each job is `prototype` with its items. The settings must be
/// known. A mistake in the command is told before an item is read.
Result<void> item_input(RunRequest& request, const TypedOptions& typed,
                        std::vector<ListWords> lists, JobSpec prototype);

}  // namespace fanout
