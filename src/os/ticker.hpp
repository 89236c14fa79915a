// A call that the loop makes again and again, at about equal intervals.
#pragma once

#include <functional>
#include <utility>

#include "os/timer.hpp"

namespace fanout {

class Ticker {
 public:
  /// `function` is called from the loop, first after one interval, and never after this is gone; it
  /// may destroy this. The loop must outlive this.
  Ticker(EventLoop& loop, Duration interval, std::function<void()> function)
      : loop_(loop), interval_(interval), function_(std::move(function)), timer_(loop, [this] {
          arm();
          // Copied first: it may destroy this, and with it the function.
          const std::function<void()> call = function_;
          call();
        }) {
    arm();
  }
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

 private:
  void arm() { timer_.set(loop_.now() + interval_); }

  EventLoop& loop_;
  Duration interval_;
  std::function<void()> function_;
  Timer timer_;
};

}  // namespace fanout
