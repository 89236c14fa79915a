// Waits until nothing is left of a process group whose leader was reaped. Kills nobody.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string_view>

#include "os/event_loop.hpp"

namespace fanout {

/// Whether a process that we may signal is in the group and still runs. A zombie does not: it may
/// stay for ever where the init of a container waits for nobody.
/// A group that still has a process keeps its number from being given to another.
bool has_processes(pid_t group);

struct ProcessStat {
  char state = '?';
  pid_t group = 0;
};

/// Of a line of /proc/PID/stat (proc(5)); group 0 when it is none.
ProcessStat parse_process_stat(std::string_view line);

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
