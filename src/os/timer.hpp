// A call that the loop makes at a given time.
#pragma once

#include <functional>
#include <memory>

#include "fanout/base/time.hpp"
#include "os/event_loop.hpp"

namespace fanout {

class Timer {
 public:
  /// `function` is called from the loop, and never after this is gone; it may destroy this. The
  /// loop must outlive this.
  Timer(EventLoop& loop, std::function<void()> function);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  /// The next call; takes the place of the one that was set before.
  void set(Instant at);
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace fanout
