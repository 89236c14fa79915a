// A manifest opened for `run` and `call`, with its settings and those of the command line merged.
#pragma once

#include <string>

#include "cli/detached_run.hpp"
#include "cli/typed_options.hpp"
#include "fanout/settings.hpp"
#include "manifest/manifest.hpp"
#include "os/live_input.hpp"

namespace fanout {

struct OpenManifest {
  Manifest manifest;
  Settings settings;  ///< the command line's beat the manifest's
  JobDefaults defaults;
  LiveInput* input = nullptr;  ///< owned by the manifest, or by the jobs of a stream
};

/// `path` may be `-`. Waits for as much as tells what the manifest is.
Result<OpenManifest> open_manifest(const std::string& path, const TypedOptions& typed,
                                   const std::optional<DetachedRun>& detached = {});

}  // namespace fanout
