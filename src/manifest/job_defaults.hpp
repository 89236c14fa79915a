// What the command line adds to the jobs of a manifest.
#pragma once

#include <string>

#include "fanout/job.hpp"

namespace fanout {

/// Resolved after command line and manifest were merged into Settings.
struct JobDefaults {
  Kwargs extras;  ///< beat the manifest's own, lose to a job's kwargs
  CommandText::Shell shell = CommandText::Shell::when_needed;
  bool placeholders = true;
  std::string all_token = "{}";
};

}  // namespace fanout
