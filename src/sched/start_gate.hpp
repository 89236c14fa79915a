// When the next process may be started: after the pause, within the rate, while the machine has
// room for more, and after a while when the system refused one and nobody runs who could make room.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "fanout/base/time.hpp"
#include "fanout/throttle.hpp"
#include "sched/start_window.hpp"

namespace fanout {

class StartGate {
 public:
  /// The least gap between any two starts, 0 is none; and how many there may be in a time.
  explicit StartGate(Duration pause, const std::optional<StartRate>& rate = std::nullopt)
      : pause_(pause) {
    if (rate) window_.emplace(*rate);
  }

  bool is_open(Instant now) const {
    if (opens_at_ && now < *opens_at_) return false;
    return !window_ || now >= window_->opens_at().value_or(now);
  }
  std::optional<Instant> opens_at() const {
    const std::optional<Instant> by_rate = window_ ? window_->opens_at() : std::nullopt;
    return opens_at_ && by_rate ? std::max(*opens_at_, *by_rate) : opens_at_ ? opens_at_ : by_rate;
  }

  void started(Instant now) {
    if (pause_ > Duration::zero()) opens_at_ = now + pause_;
    if (window_) window_->started(now);
  }

  /// The start at that time never was: the rate has another one.
  void was_refused(Instant started) {
    if (window_) window_->was_refused(started);
  }

  /// So many more than `running` may run, until this is said again; 0: nothing starts, not even for
  /// what ends.
  void set_room(std::size_t running, std::uint32_t room) {
    most_running_ = room == 0 ? 0 : running + room;
  }
  /// There is always room for one: a machine that others keep busy must not stop a run for ever.
  bool has_room(std::size_t running) const { return running == 0 || running < most_running_; }

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

  /// Everything comes so much later. Not so the rate: it is about what others see of our starts.
  void shift(Duration by) {
    if (opens_at_) *opens_at_ += by;
    if (refused_since_) *refused_since_ += by;
  }

 private:
  Duration pause_;
  std::optional<Instant> opens_at_;
  std::optional<StartWindow> window_;
  std::size_t most_running_ = std::numeric_limits<std::size_t>::max();
  std::optional<Instant> refused_since_;
};

}  // namespace fanout
