// The wall-clock time of an instant: reports speak of UTC, everything else is monotonic.
#pragma once

#include "fanout/base/time.hpp"

namespace fanout {

/// One moment on both clocks.
struct RunClock {
  Instant start{};
  WallTime wall_start{};

  WallTime wall(Instant at) const { return wall_start + (at - start); }
};

}  // namespace fanout
