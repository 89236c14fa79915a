// A run that goes on when whoever started it has gone: where it keeps what it is asked for later,
// and where its standard input is.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "os/detach.hpp"
#include "os/live_input.hpp"
#include "store/run_directory.hpp"

namespace fanout {

struct DetachedRun {
  enum class Kind { started, resumed };

  RunDirectory directory;
  Kind kind = Kind::started;
  Starter* starter = nullptr;  ///< borrowed
};

/// A file, or `-` for standard input: of a detached run its copy, which is made as it is read, or
/// was made when the run was started. The error is of kind usage.
Result<std::unique_ptr<LiveInput>> open_input(const std::string& path,
                                              const std::optional<DetachedRun>& detached);

}  // namespace fanout
