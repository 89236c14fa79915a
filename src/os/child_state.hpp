// What a Child shares with the handlers that Asio still holds. For sources of os only.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "os/boost_process.hpp"
#include "os/child.hpp"
#include "os/event_loop_internals.hpp"

namespace fanout {

using ProcessHandle = boost::process::v2::basic_process_handle<LoopExecutor>;

struct Child::State : std::enable_shared_from_this<State> {
  State(EventLoop& event_loop, ProcessHandle process, const SpawnRequest& request);

  /// Calls on_exit when the pidfd says so.
  void watch_exit();

  void stop_watching() { handle = ProcessHandle(loop.internals().executor()); }

  EventLoop& loop;
  ProcessHandle handle;  ///< owns the pidfd; it never waits, or the resource use would be lost
  pid_t pid;
  ProcessGroup group;
  pid_t* pid_place;
  long peak_at_start_kib;  ///< of fanout itself
  std::function<void()> on_exit;
  std::optional<Instant> exited_at;
  bool is_reaped = false;
};

}  // namespace fanout
