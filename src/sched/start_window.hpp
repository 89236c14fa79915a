// The times of the last starts, so that no window of time ever holds more of them than the rate
// says. Not even spacing: that is the pause's.
#pragma once

#include <algorithm>
#include <deque>
#include <optional>

#include "fanout/throttle.hpp"

namespace fanout {

class StartWindow {
 public:
  explicit StartWindow(const StartRate& rate) : rate_(rate) {}

  /// When one more may start; empty: at once.
  std::optional<Instant> opens_at() const {
    if (starts_.size() < rate_.starts) return std::nullopt;
    return starts_.front() + rate_.window;
  }

  /// Precondition: one may start, and none has started later.
  void started(Instant now) {
    while (!starts_.empty() && now - starts_.front() >= rate_.window) starts_.pop_front();
    starts_.push_back(now);
  }

  /// One that was started at that time never was.
  void was_refused(Instant started) {
    const auto found = std::find(starts_.rbegin(), starts_.rend(), started);
    if (found != starts_.rend()) starts_.erase(std::next(found).base());
  }

 private:
  StartRate rate_;
  std::deque<Instant> starts_;  // at most as many as the rate says, in order
};

}  // namespace fanout
