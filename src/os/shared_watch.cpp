#include "os/shared_watch.hpp"

#include <sys/epoll.h>

#include <cerrno>
#include <utility>

#include "os/event_loop_internals.hpp"

namespace fanout {

struct SharedWatch::State : std::enable_shared_from_this<State> {
  State(EventLoop& loop, int watched, std::function<void()> callback)
      : epoll(loop.internals().executor()), fd(watched), on_event(std::move(callback)) {}

  Result<void> open(EventLoop& loop, const std::string& name) {
    Fd opened(::epoll_create1(EPOLL_CLOEXEC));
    if (!opened.is_open()) return system_error("epoll_create", "", errno);
    epoll_event none{};
    can_wait = ::epoll_ctl(opened.get(), EPOLL_CTL_ADD, fd, &none) == 0;
    // EPERM: a file that is always ready, so nobody will ever wait for it.
    if (!can_wait && errno != EPERM) return system_error("epoll_ctl", name, errno);
    const int error_number = watch(loop, epoll, std::move(opened));
    if (error_number != 0) return system_error("epoll_ctl", "", error_number);
    return {};
  }

  void await(std::uint32_t events) {
    if (awaited != events) {
      epoll_event wanted{};
      wanted.events = awaited = events;
      ::epoll_ctl(epoll.native_handle(), EPOLL_CTL_MOD, fd, &wanted);
    }
    if (std::exchange(is_armed, true)) return;
    epoll.async_wait(LoopDescriptor::wait_read,
                     [self = shared_from_this()](const boost::system::error_code& error) {
                       self->is_armed = false;
                       if (!error && self->on_event) self->on_event();
                     });
  }

  LoopDescriptor epoll;
  int fd;
  std::function<void()> on_event;
  std::uint32_t awaited = 0;
  bool can_wait = false;
  bool is_armed = false;
};

Result<std::unique_ptr<SharedWatch>> SharedWatch::open(EventLoop& loop, int fd,
                                                       const std::string& name,
                                                       std::function<void()> on_event) {
  auto state = std::make_shared<State>(loop, fd, std::move(on_event));
  if (Result<void> opened = state->open(loop, name); !opened) return std::move(opened).error();
  return std::unique_ptr<SharedWatch>(new SharedWatch(std::move(state)));
}

SharedWatch::SharedWatch(std::shared_ptr<State> state) : state_(std::move(state)) {}

SharedWatch::~SharedWatch() {
  state_->on_event = nullptr;
  boost::system::error_code ignored;
  state_->epoll.close(ignored);
}

bool SharedWatch::can_wait() const {
  return state_->can_wait;
}

void SharedWatch::await(std::uint32_t events) {
  state_->await(events);
}

}  // namespace fanout
