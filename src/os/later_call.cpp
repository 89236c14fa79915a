#include "os/later_call.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "os/event_loop_internals.hpp"

namespace fanout {

struct LaterCall::State {
  EventLoop& loop;
  std::function<void()> function;
  bool is_requested = false;
};

LaterCall::LaterCall(EventLoop& loop, std::function<void()> function)
    : state_(std::make_shared<State>(State{loop, std::move(function)})) {}

LaterCall::~LaterCall() {
  state_->function = nullptr;
}

void LaterCall::request() {
  if (std::exchange(state_->is_requested, true)) return;
  boost::asio::post(state_->loop.internals().context, [state = state_] {
    state->is_requested = false;
    if (state->function) state->function();
  });
}

}  // namespace fanout
