// A call that the loop makes soon, after what else is ready has had its turn.
#pragma once

#include <functional>
#include <memory>

#include "os/event_loop.hpp"

namespace fanout {

class LaterCall {
 public:
  /// `function` is called from the loop, once for any number of requests before it, and never after
  /// this is gone. The loop must outlive this.
  LaterCall(EventLoop& loop, std::function<void()> function);
  ~LaterCall();

  void request();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace fanout
