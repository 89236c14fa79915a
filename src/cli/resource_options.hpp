// --resource and --needs: what there is a number of, and what each job takes of it.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "cli/typed_options.hpp"
#include "fanout/base/result.hpp"
#include "fanout/plan.hpp"

namespace fanout {

/// Those of the manifest, and those that were typed, which win.
Result<std::vector<Resource>> resources_of(const TypedOptions& typed,
                                           std::span<const Resource> manifest);

/// What was typed; empty when nothing was.
Result<std::optional<std::vector<Need>>> needs_of(const TypedOptions& typed,
                                                  std::span<const Resource> resources);

/// One of each.
std::vector<Need> one_of_each(std::span<const Resource> resources);

}  // namespace fanout
