#include "os/event_loop.hpp"

#include <boost/system/system_error.hpp>
#include <chrono>

#include "os/event_loop_internals.hpp"

namespace fanout {
namespace {

// Loud children can always have something ready: without an end nobody would look at deadlines.
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
  // The kernel gives each descriptor its turn. So many handlers have read every exit that waited,
  // also after a stall of ours, before anybody judges deadlines.
  const int fewest = internals_->highest_watched;
  const Instant enough = now() + kLongestTurn;
  for (int count = 0; context.poll_one() > 0; ++count) {
    if (count > fewest && now() >= enough) break;
  }
}

}  // namespace fanout
