// The seam towards whoever writes a run down.
#pragma once

#include "fanout/base/result.hpp"
#include "fanout/event.hpp"

namespace fanout {

class Sink {
 public:
  virtual ~Sink() = default;

  /// An error is final for this sink: it will not be called again.
  virtual Result<void> on(const Event& event) = 0;
};

}  // namespace fanout
