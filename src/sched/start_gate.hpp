// When the next process may be started: after the pause, and after a while when the system refused
// one and nobody runs who could make room.
#pragma once

#include <optional>

#include "fanout/base/time.hpp"

namespace fanout {

class StartGate {
 public:
  /// The least gap between any two starts; 0 is none.
  explicit StartGate(Duration pause) : pause_(pause) {}

  bool is_open(Instant now) const { return !opens_at_ || now >= *opens_at_; }
  std::optional<Instant> opens_at() const { return opens_at_; }

  void started(Instant now) {
    if (pause_ > Duration::zero()) opens_at_ = now + pause_;
  }

  /// A start was refused and nothing runs. Others on this machine may give back what is missing:
  /// false when that has been waited for long enough.
  bool wait_for_room(Instant now) {
    using namespace std::chrono_literals;
    constexpr Duration kPatience = 1s;
    constexpr Duration kBetweenTries = 20ms;
    if (!refused_since_) refused_since_ = now;
    opens_at_ = now + kBetweenTries;
    return now - *refused_since_ < kPatience;
  }
  /// Something ran: the next refusal is the first again.
  void ran() { refused_since_.reset(); }

  /// Everything comes so much later.
  void shift(Duration by) {
    if (opens_at_) *opens_at_ += by;
    if (refused_since_) *refused_since_ += by;
  }

 private:
  Duration pause_;
  std::optional<Instant> opens_at_;
  std::optional<Instant> refused_since_;
};

}  // namespace fanout
