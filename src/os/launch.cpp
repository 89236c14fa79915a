#include "os/launch.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "os/descriptor_limit.hpp"
#include "os/signals.hpp"

// The child runs in its parent's memory on a stack that sanitizers do not know.
#define FANOUT_IN_CHILD __attribute__((no_sanitize("address", "undefined")))

namespace fanout {
namespace {

struct ChildTask {
  const LaunchPlan& plan;
  const pid_t parent = ::getpid();
  // Written by the child, read by the parent, which is suspended until then.
  const char* failed_call = nullptr;
  int error_number = 0;
};

FANOUT_IN_CHILD bool join_group(ProcessGroup group) {
  if (group == ProcessGroup::shared) return true;
  // Done once, on this side: the parent goes on only after the exec, so nobody can signal the
  // group before it exists.
  return ::setpgid(0, 0) == 0;
}

// Not to be seen in a child of a parent that died before it was asked for.
FANOUT_IN_CHILD bool bind_to(pid_t parent) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return false;
  if (::getppid() != parent) ::_exit(127);
  return true;
}

// Refused, the job runs in our own cgroup; its tree is known by other signs as well.
FANOUT_IN_CHILD void move_to(int cgroup_procs) {
  [[maybe_unused]] const ssize_t ignored = ::write(cgroup_procs, "0", 1);
}

FANOUT_IN_CHILD bool place_stdio(std::array<int, 3> sources) {
  // A source that sits on another's place (fanout was started with a stream closed) steps aside.
  for (int target = 0; target < 3; ++target) {
    int& source = sources[static_cast<std::size_t>(target)];
    if (source < 3 && source != target) source = ::fcntl(source, F_DUPFD_CLOEXEC, 3);
    if (source < 0) return false;
  }
  for (int target = 0; target < 3; ++target) {
    const int source = sources[static_cast<std::size_t>(target)];
    // dup2 onto itself would leave close-on-exec on.
    const int result = source == target ? ::fcntl(target, F_SETFD, 0) : ::dup2(source, target);
    if (result < 0) return false;
  }
  return true;
}

// As execvp does: a file that is executable but no program is a script for the shell.
FANOUT_IN_CHILD void execute(const LaunchPlan& plan) {
  char* const* environment = const_cast<char* const*>(plan.environment);
  ::execve(plan.program, const_cast<char* const*>(plan.argv), environment);
  if (errno != ENOEXEC) return;
  plan.shell_argv[0] = "/bin/sh";
  plan.shell_argv[1] = plan.program;
  for (std::size_t i = 1; plan.argv[0] != nullptr; ++i) {
    plan.shell_argv[i + 1] = plan.argv[i];
    if (plan.argv[i] == nullptr) break;
  }
  ::execve("/bin/sh", const_cast<char* const*>(plan.shell_argv), environment);
}

/// Last of all, so that what goes before is not limited. Returns the call that failed, or null.
FANOUT_IN_CHILD const char* take_terms(const LaunchPlan& plan) {
  if (plan.nice != 0 && !add_nice_in_child(plan.nice)) return "setpriority";
  for (const ResourceLimit& limit : plan.limits) {
    if (!set_in_child(limit)) return limit.call;
  }
  return nullptr;
}

/// Returns the call that failed; not at all when the program runs.
FANOUT_IN_CHILD const char* become(const LaunchPlan& plan, pid_t parent) {
  if (plan.dies_with_parent && !bind_to(parent)) return "prctl";
  if (plan.cgroup_procs >= 0) move_to(plan.cgroup_procs);
  if (!place_stdio(plan.stdio)) return "dup2";
  if (!join_group(plan.group)) return "setpgid";
  if (plan.directory != nullptr && ::chdir(plan.directory) != 0) return "chdir";
  restore_found_signals();
  restore_found_descriptor_limit();
  if (const char* failed = take_terms(plan)) return failed;
  execute(plan);
  return "exec";
}

FANOUT_IN_CHILD int run_child(void* argument) {
  ChildTask& task = *static_cast<ChildTask*>(argument);
  task.failed_call = become(task.plan, task.parent);
  task.error_number = errno;
  ::_exit(127);
}

}  // namespace

Launched launch(const LaunchPlan& plan, const ChildStack& stack) {
  ChildTask task{plan};
  Launched result;
  // Blocked, no handler of ours can run in the child, which would run it in our memory.
  const SignalsBlocked blocked;
  int pidfd = -1;
  // vfork by its kernel name. The pidfd comes with it: were it opened afterwards, a lack of
  // descriptors would be found when the program already runs.
  int flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD;
  // By the kernel on the child's side: there is no child without its number.
  if (plan.pid_place != nullptr) flags |= CLONE_CHILD_SETTID;
  result.pid = ::clone(run_child, stack.top(), flags, &task, &pidfd, nullptr, plan.pid_place);
  if (result.pid < 0) {
    result.call = "fork";
    result.error_number = errno;
    return result;
  }
  result.pidfd = Fd(pidfd);
  if (task.failed_call != nullptr) {
    while (::waitpid(result.pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    if (plan.pid_place != nullptr) *plan.pid_place = 0;
    return {-1, Fd(), task.failed_call, task.error_number};
  }
  return result;
}

}  // namespace fanout
