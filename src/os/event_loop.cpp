#include "os/event_loop.hpp"

#include <boost/system/system_error.hpp>
#include <chrono>

#include "os/event_loop_internals.hpp"

namespace fanout {

EventLoop::EventLoop() : internals_(std::make_shared<Internals>()) {
  // Makes the reactor now, so that a lack of descriptors shows here and not at the first wait.
  const LoopDescriptor first(internals_->executor());
}

EventLoop::~EventLoop() = default;

Result<std::unique_ptr<EventLoop>> EventLoop::open() {
  try {
    return std::unique_ptr<EventLoop>(new EventLoop());
  } catch (const boost::system::system_error& error) {
    return system_error("epoll_create", "", error.code().value());
  }
}

Instant EventLoop::now() const {
  return std::chrono::steady_clock::now();
}

void EventLoop::run_until(std::optional<Instant> deadline) {
  boost::asio::io_context& context = internals_->context;
  if (deadline) {
    context.run_one_until(*deadline);
  } else {
    context.run_one();
  }
  context.poll();
}

}  // namespace fanout
