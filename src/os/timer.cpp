#include "os/timer.hpp"

#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "os/event_loop_internals.hpp"

namespace fanout {

struct Timer::State : std::enable_shared_from_this<State> {
  State(EventLoop& loop, std::function<void()> callback)
      : timer(loop.internals().context), function(std::move(callback)) {}

  void set(Instant at) {
    timer.expires_at(at);
    // One that was cancelled when it was already due is told apart by its number.
    timer.async_wait(
        [self = shared_from_this(), number = ++calls](const boost::system::error_code& error) {
          if (error || number != self->calls || !self->function) return;
          // Copied first: it may destroy the Timer, and with it the function.
          const std::function<void()> call = self->function;
          call();
        });
  }

  void stop() {
    ++calls;
    timer.cancel();
  }

  boost::asio::steady_timer timer;
  std::function<void()> function;
  unsigned calls = 0;
};

Timer::Timer(EventLoop& loop, std::function<void()> function)
    : state_(std::make_shared<State>(loop, std::move(function))) {}

Timer::~Timer() {
  state_->function = nullptr;
  state_->stop();
}

void Timer::set(Instant at) {
  state_->set(at);
}

void Timer::stop() {
  state_->stop();
}

}  // namespace fanout
