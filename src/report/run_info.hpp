// What every report says about the run as a whole, fixed before it starts.
#pragma once

#include <string>
#include <vector>

#include "fanout/base/time.hpp"

namespace fanout {

/// The wall-clock time of an instant: reports speak of UTC, everything else is monotonic.
struct RunClock {
  Instant start{};
  WallTime wall_start{};

  WallTime wall(Instant at) const { return wall_start + (at - start); }
};

struct RunInfo {
  RunClock clock;
  std::vector<std::string> command_line;
  std::string settings_json;
  bool is_named = false;  ///< results are an object, and lists hold names
};

}  // namespace fanout
