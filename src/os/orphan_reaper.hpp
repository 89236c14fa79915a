// Adopts the descendants that lose their parents, and waits for those of them that have ended.
// It looks now and then, and often while there are many: a handler of SIGCHLD would cost every job.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "fanout/base/time.hpp"
#include "os/event_loop.hpp"
#include "os/process_table.hpp"

namespace fanout {

class OrphanReaper {
 public:
  /// `is_ours` names the children that somebody else waits for. The loop must outlive this. While
  /// it lives this process is the subreaper of its descendants (prctl(2)).
  OrphanReaper(EventLoop& loop, std::function<bool(pid_t)> is_ours);
  ~OrphanReaper();
  OrphanReaper(const OrphanReaper&) = delete;
  OrphanReaper& operator=(const OrphanReaper&) = delete;

  /// Waits for the orphans that have ended; for a place in the process table it need not be its
  /// time.
  void reap();

  /// The same while the last looks found many.
  void reap_if_many();

  /// How long to wait for the next look after one that found so many and took so long. Who forks
  /// and exits without end fills the table of processes in seconds.
  static Duration pause_after(Duration pause, std::size_t reaped, Duration took);

  /// We had children already when this was made, as a program has that a shell became (exec). Their
  /// orphans and those of ours are then not to be told apart.
  bool has_strangers() const;

  /// Those that still run. Empty without a usable /proc.
  std::vector<ProcessId> orphans() const;

  /// For Family::orphans, in a hurry: with thousands of children it may be what was found a few
  /// milliseconds ago.
  std::optional<std::vector<pid_t>> recent_orphans();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace fanout
