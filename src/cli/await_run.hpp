// Waits for the end of a run without asking again and again.
#pragma once

#include <optional>

#include "fanout/base/result.hpp"
#include "fanout/base/time.hpp"
#include "store/run_directory.hpp"

namespace fanout {

/// False when the time was up before its runner was gone. No time: for ever.
Result<bool> await_end(const RunDirectory& run, std::optional<Duration> limit);

}  // namespace fanout
