// Where jobs still come from while others run: a ByteSource that waits at first, and once attached
// to a loop never.
#pragma once

#include <functional>

#include "fanout/base/bytes.hpp"
#include "os/event_loop.hpp"

namespace fanout {

class LiveInput : public ByteSource {
 public:
  /// From now on read() never waits, and `on_ready` is called from the loop once after each
  /// not_yet, when there is something to read; it may neither stop nor destroy the input. The loop
  /// must outlive it.
  virtual Result<void> attach(EventLoop& loop, std::function<void()> on_ready) = 0;

  virtual bool is_regular_file() const = 0;
};

}  // namespace fanout
