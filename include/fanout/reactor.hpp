// The seam towards time and waiting: the only blocking call and the only clock.
#pragma once

#include <optional>
#include <vector>

#include "fanout/base/time.hpp"
#include "fanout/notice.hpp"

namespace fanout {

class Reactor {
 public:
  virtual ~Reactor() = default;

  virtual Instant now() = 0;

  /// Waits until there is news or `deadline` has come, and appends all news there is.
  /// May return early with none.
  virtual void wait(std::optional<Instant> deadline, std::vector<Notice>& news) = 0;
};

}  // namespace fanout
