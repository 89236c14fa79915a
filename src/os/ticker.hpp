// A call that the loop makes again and again, at about equal intervals.
#pragma once

#include <functional>
#include <memory>

#include "fanout/base/time.hpp"
#include "os/event_loop.hpp"

namespace fanout {

class Ticker {
 public:
  /// `function` is called from the loop, first after one interval, and never after this is gone; it
  /// may destroy this. The loop must outlive this.
  Ticker(EventLoop& loop, Duration interval, std::function<void()> function);
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace fanout
