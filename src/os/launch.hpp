// The step from a finished list of what a child shall be to a process that runs it: a vfork with
// a pidfd. Looks nothing up and allocates nothing on the child's side.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <memory>
#include <span>

#include "os/fd.hpp"
#include "os/resource_limit.hpp"

namespace fanout {

enum class ProcessGroup {
  own,     ///< a new group, led by the child
  shared,  ///< that of fanout
};

/// Everything borrowed, until launch returns.
struct LaunchPlan {
  const char* program = nullptr;      ///< executed as it stands, after the change of directory
  const char* const* argv = nullptr;  ///< null-terminated
  const char* const* environment = nullptr;
  const char* directory = nullptr;  ///< null: stay here
  std::array<int, 3> stdio = {0, 1, 2};
  ProcessGroup group = ProcessGroup::own;
  /// Where the child writes its own number before it does anything else, shared memory perhaps; it
  /// is 0 again when nothing was started. Null: nowhere.
  pid_t* pid_place = nullptr;
  /// An open cgroup.procs into which the child moves itself first, if it can; -1: none.
  int cgroup_procs = -1;
  /// Whether the child is killed when fanout dies (its descendants are not).
  bool dies_with_parent = false;
  int nice = 0;  ///< added to our priority
  std::span<const ResourceLimit> limits;
  /// As many words as argv with its null and one more: for a file that only a shell can run.
  const char** shell_argv = nullptr;
};

/// `call` is null when the program runs; otherwise what failed, and then there is no process.
struct Launched {
  pid_t pid = -1;
  Fd pidfd;
  const char* call = nullptr;
  int error_number = 0;
};

/// The stack a child borrows until its exec; reused, because the parent waits meanwhile.
class ChildStack {
 public:
  void* top() const { return bytes_.get() + kSize; }

 private:
  static constexpr std::size_t kSize = 64 * 1024;
  std::unique_ptr<std::byte[]> bytes_ = std::make_unique_for_overwrite<std::byte[]>(kSize);
};

Launched launch(const LaunchPlan& plan, const ChildStack& stack);

}  // namespace fanout
