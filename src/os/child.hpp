// A running process, its exit watched by the loop, and its whole group to be signalled.
// Says how it ended, not why; knows nothing of its output.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "fanout/base/time.hpp"
#include "os/event_loop.hpp"
#include "os/launch.hpp"
#include "os/system_failure.hpp"

namespace fanout {

/// A wait status. Exit and signal never share a number.
class WaitStatus {
 public:
  explicit WaitStatus(int status) : status_(status) {}

  std::optional<int> exit_code() const;  ///< empty when a signal ended it
  int signal() const;                    ///< 0 when it exited
  bool has_dumped_core() const;

 private:
  int status_;
};

/// What wait4(2) tells of one process, with the children it waited for itself.
struct Reaped {
  WaitStatus status;
  Duration user{};
  Duration system{};
  /// Empty when it is not above fanout's own peak: after a vfork Linux counts the image that the
  /// exec replaced, which was ours.
  std::optional<std::uint64_t> max_rss_kib;
};

class Child {
 public:
  enum class Ask {
    terminate,  ///< SIGTERM, and SIGCONT so that a stopped process hears it
    kill,       ///< SIGKILL
  };

  Child(Child&&) noexcept;
  Child& operator=(Child&&) noexcept;
  /// A child that was not reaped is killed with its group, waited for and reaped.
  ~Child();

  pid_t pid() const;

  /// When its exit was noticed; empty while it runs. It stays a zombie until reap, which keeps
  /// the number of its group from being given to a stranger.
  std::optional<Instant> exited_at() const;

  /// To every process of its group, also when the child itself has exited but others have not.
  /// Does nothing after reap.
  void signal_group(Ask ask);

  /// Waits for the exit when it has not come yet. Once. The error says the end was lost.
  Result<Reaped> reap();

 private:
  friend class Spawner;
  struct State;
  explicit Child(std::shared_ptr<State> state);
  void abandon();

  std::shared_ptr<State> state_;
};

/// fanout's own environment, null-terminated.
const char* const* own_environment();

/// Borrowed until spawn returns.
struct SpawnRequest {
  std::span<const std::string> argv;                   ///< not empty; the first names the program
  const char* const* environment = own_environment();  ///< null-terminated
  std::string directory;                               ///< empty: the current one
  std::array<int, 3> stdio = {0, 1, 2};
  ProcessGroup group = ProcessGroup::own;
  pid_t* pid_place = nullptr;  ///< as in LaunchPlan; borrowed until the child is reaped, then 0
  bool dies_with_parent = false;
  int cgroup_procs = -1;
  int nice = 0;
  std::span<const ResourceLimit> limits;
};

struct SpawnError {
  SystemFailure failure;
  bool not_found = false;            ///< there is nothing of the program's name
  std::size_t longest_argument = 0;  ///< in bytes; only where the arguments were too long

  std::string message() const;

  /// What is missing may come back: descriptors, processes, memory.
  bool is_shortage() const;
};

class Spawner {
 public:
  explicit Spawner(EventLoop& loop);
  ~Spawner();

  /// `on_exit` is called from the loop, once, unless the Child is gone before. It may destroy the
  /// Child. After an error nothing runs.
  std::variant<Child, SpawnError> spawn(const SpawnRequest& request, std::function<void()> on_exit);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace fanout
