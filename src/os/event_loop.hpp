// The one blocking call and the one clock, on Boost.Asio's io_context. It knows readiness and
// time, not what they are for. One thread only.
#pragma once

#include <memory>
#include <optional>

#include "fanout/base/result.hpp"
#include "fanout/base/time.hpp"

namespace fanout {

/// Must outlive everything that was made on it.
class EventLoop {
 public:
  static Result<std::unique_ptr<EventLoop>> open();
  ~EventLoop();

  Instant now() const;

  /// For reports only: nothing is decided by the wall clock.
  WallTime wall_now() const;

  /// Waits until something happened or the deadline has come, then runs the handlers that are
  /// ready: each at least once, then for a few milliseconds at most. May return early without
  /// having run any.
  void run_until(std::optional<Instant> deadline);

  /// For the os module's own sources: event_loop_internals.hpp.
  struct Internals;
  Internals& internals() { return *internals_; }

 private:
  EventLoop();

  std::unique_ptr<Internals> internals_;
};

}  // namespace fanout
