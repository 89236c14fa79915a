// Waits until nothing is left of a process group whose leader was reaped. Kills nobody.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>

#include "os/event_loop.hpp"

namespace fanout {

/// Whether a process that we may signal is in the group, also one that is on its way out.
/// A group that still has a process keeps its number from being given to another.
bool has_processes(pid_t group);

class GroupWatch {
 public:
  /// `on_gone` is called once, from the loop. There is no event for it, so it looks, first soon
  /// and then a few times a second.
  GroupWatch(EventLoop& loop, pid_t group, std::function<void()> on_gone);
  ~GroupWatch();
  GroupWatch(const GroupWatch&) = delete;
  GroupWatch& operator=(const GroupWatch&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace fanout
