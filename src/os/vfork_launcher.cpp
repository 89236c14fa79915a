#include "os/vfork_launcher.hpp"

#include <sys/wait.h>

#include <cerrno>
#include <csignal>

namespace fanout {

VforkLauncher::ErrorCode VforkLauncher::start(const char* executable, const char* const* argv) {
  std::size_t words = 0;
  while (argv[words] != nullptr) ++words;
  shell_argv_.resize(words + 2);
  plan.program = executable;
  plan.argv = argv;
  plan.shell_argv = shell_argv_.data();
  launched_ = launch(plan, stack_);
  failed_call_ = launched_.call;
  return {launched_.call != nullptr ? launched_.error_number : 0, boost::system::system_category()};
}

void VforkLauncher::abandon() {
  ::kill(launched_.pid, SIGKILL);
  while (::waitpid(launched_.pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (plan.pid_place != nullptr) *plan.pid_place = 0;
  launched_ = Launched{};
}

}  // namespace fanout
