// The one blocking call and the one clock, on Boost.Asio's io_context. It knows readiness and
// time, not what they are for. One thread only.
#pragma once

#include <memory>
#include <optional>

#include "fanout/base/result.hpp"
#include "fanout/base/time.hpp"

namespace fanout {

/// Must outlive everything that was made on it, but for an InputStream.
class EventLoop {
 public:
  static Result<std::unique_ptr<EventLoop>> open();
  ~EventLoop();

  Instant now() const;

  /// Waits until something happened or the deadline has come, then runs all handlers that are
  /// ready. May return early without having run any.
  void run_until(std::optional<Instant> deadline);

  /// For the os module's own sources: event_loop_internals.hpp.
  struct Internals;
  Internals& internals() { return *internals_; }
  const std::shared_ptr<Internals>& share_internals() { return internals_; }

 private:
  EventLoop();

  std::shared_ptr<Internals> internals_;
};

}  // namespace fanout
