#include "os/group_watch.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <utility>

#include "os/event_loop_internals.hpp"

namespace fanout {
namespace {

using namespace std::chrono_literals;

constexpr Duration kFirstLook = 1ms;
constexpr Duration kLongestPause = 100ms;

}  // namespace

bool has_processes(pid_t group) {
  return ::kill(-group, 0) == 0;
}

struct GroupWatch::State : std::enable_shared_from_this<State> {
  State(EventLoop& loop, pid_t watched, std::function<void()> callback)
      : timer(loop.internals().context), group(watched), on_gone(std::move(callback)) {}

  void arm() {
    timer.expires_after(pause);
    pause = std::min(pause * 2, kLongestPause);
    timer.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (!error && self->on_gone) self->look();
    });
  }

  void look() {
    if (has_processes(group)) return arm();
    // Moved out first: it may destroy the watch, and with it the function.
    std::exchange(on_gone, nullptr)();
  }

  boost::asio::steady_timer timer;
  pid_t group;
  std::function<void()> on_gone;
  Duration pause = kFirstLook;
};

GroupWatch::GroupWatch(EventLoop& loop, pid_t group, std::function<void()> on_gone)
    : state_(std::make_shared<State>(loop, group, std::move(on_gone))) {
  state_->arm();
}

GroupWatch::~GroupWatch() {
  state_->on_gone = nullptr;
  state_->timer.cancel();
}

}  // namespace fanout
