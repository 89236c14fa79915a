// What the command line adds to the jobs of a manifest.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fanout/job.hpp"
#include "fanout/plan.hpp"

namespace fanout {

/// Resolved after command line and manifest were merged into Settings.
struct JobDefaults {
  Kwargs extras;  ///< beat the manifest's own, lose to a job's kwargs
  CommandText::Shell shell = CommandText::Shell::when_needed;
  bool placeholders = true;
  std::string all_token = "{}";
  std::vector<Resource> resources = {};  ///< all there are, the manifest's included
  /// Beat the document's, lose to a preset's or a job's.
  std::optional<std::vector<Need>> needs = {};
};

}  // namespace fanout
