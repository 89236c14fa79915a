#include "os/event_loop.hpp"

#include <boost/system/system_error.hpp>
#include <chrono>

#include "os/event_loop_internals.hpp"

namespace fanout {
namespace {

// Long enough for thousands of exits that wait after a stall, which have to be read before their
// deadlines are judged; short enough for timeouts to be on time.
constexpr Duration kLongestTurn = std::chrono::milliseconds(25);

}  // namespace

EventLoop::EventLoop() : internals_(std::make_unique<Internals>()) {
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

WallTime EventLoop::wall_now() const {
  return std::chrono::system_clock::now();
}

void EventLoop::run_until(std::optional<Instant> deadline) {
  boost::asio::io_context& context = internals_->context;
  if (deadline) {
    context.run_one_until(*deadline);
  } else {
    context.run_one();
  }
  // Loud children can always have something ready: without an end nobody would look at deadlines.
  const Instant enough = now() + kLongestTurn;
  while (context.poll_one() > 0 && now() < enough) {
  }
}

}  // namespace fanout
