// Readiness of a descriptor whose flags are not ours to change: standard input, standard output.
// Asio makes what it waits for non-blocking, which others who share the description would notice;
// so the descriptor is watched by an epoll of its own, and Asio watches that.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "fanout/base/result.hpp"
#include "os/event_loop.hpp"

namespace fanout {

class SharedWatch {
 public:
  /// `fd` is borrowed. `on_event` is called from the loop, once after each await(), and may
  /// destroy the watch. The loop must outlive this.
  static Result<std::unique_ptr<SharedWatch>> open(EventLoop& loop, int fd, const std::string& name,
                                                   std::function<void()> on_event);
  ~SharedWatch();

  /// False: a regular file or the like, which is always ready. It must not be awaited.
  bool can_wait() const;

  /// `events` as in epoll_ctl(2); errors and hang-ups are always among them.
  void await(std::uint32_t events);

 private:
  struct State;
  explicit SharedWatch(std::shared_ptr<State> state);

  std::shared_ptr<State> state_;
};

}  // namespace fanout
