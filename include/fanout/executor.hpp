// The seam towards what carries attempts out.
#pragma once

#include "fanout/action.hpp"

namespace fanout {

class Executor {
 public:
  virtual ~Executor() = default;

  /// Never fails: whatever goes wrong arrives as an AttemptEnded from the reactor.
  virtual void start(const StartAttempt& order) = 0;

  /// Asks for an end; the AttemptEnded comes later. An attempt that is over is left alone.
  virtual void stop(const StopAttempt& order) = 0;
};

}  // namespace fanout
