#include "os/ticker.hpp"

#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "os/event_loop_internals.hpp"

namespace fanout {

struct Ticker::State : std::enable_shared_from_this<State> {
  State(EventLoop& loop, Duration length, std::function<void()> call)
      : timer(loop.internals().context), interval(length), function(std::move(call)) {}

  void arm() {
    timer.expires_after(interval);
    timer.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (error || !self->is_alive) return;
      self->function();
      if (self->is_alive) self->arm();
    });
  }

  boost::asio::steady_timer timer;
  Duration interval;
  std::function<void()> function;
  bool is_alive = true;
};

Ticker::Ticker(EventLoop& loop, Duration interval, std::function<void()> function)
    : state_(std::make_shared<State>(loop, interval, std::move(function))) {
  state_->arm();
}

Ticker::~Ticker() {
  state_->is_alive = false;
  state_->timer.cancel();
}

}  // namespace fanout
