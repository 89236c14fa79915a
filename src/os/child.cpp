#include "os/child.hpp"

#include <sys/resource.h>
#include <sys/wait.h>

#include <cassert>
#include <cerrno>
#include <csignal>
#include <utility>

#include "os/child_state.hpp"

namespace fanout {
namespace {

Duration to_duration(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

long own_peak_kib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

int wait_for(pid_t pid, int& status, rusage& usage) {
  while (::wait4(pid, &status, 0, &usage) < 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

}  // namespace

Child::State::State(EventLoop& event_loop, ProcessHandle process, const SpawnRequest& request)
    : loop(event_loop),
      handle(std::move(process)),
      pid(handle.id()),
      group(request.group),
      pid_place(request.pid_place),
      peak_at_start_kib(own_peak_kib()) {}

std::optional<int> WaitStatus::exit_code() const {
  if (!WIFEXITED(status_)) return std::nullopt;
  return WEXITSTATUS(status_);
}

int WaitStatus::signal() const {
  return WIFSIGNALED(status_) ? WTERMSIG(status_) : 0;
}

bool WaitStatus::has_dumped_core() const {
  return WIFSIGNALED(status_) && WCOREDUMP(status_);
}

Child::Child(std::shared_ptr<State> state) : state_(std::move(state)) {}

Child::Child(Child&&) noexcept = default;

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    abandon();
    state_ = std::move(other.state_);
  }
  return *this;
}

Child::~Child() {
  abandon();
}

void Child::abandon() {
  if (!state_) return;
  state_->on_exit = nullptr;
  if (!state_->is_reaped) {
    signal_group(Ask::kill);
    const Result<Reaped> ignored = reap();  // nobody asks any more
  }
  state_.reset();
}

pid_t Child::pid() const {
  return state_->pid;
}

std::optional<Instant> Child::exited_at() const {
  return state_->exited_at;
}

void Child::signal_group(Ask ask) {
  if (state_->is_reaped) return;
  const pid_t target = state_->group == ProcessGroup::shared ? state_->pid : -state_->pid;
  // Errors are no news: ESRCH says that all of them are gone; EPERM that the only ones left run
  // as somebody else, whom we cannot reach.
  if (ask == Ask::kill) {
    ::kill(target, SIGKILL);
  } else {
    ::kill(target, SIGTERM);
    ::kill(target, SIGCONT);
  }
}

Result<Reaped> Child::reap() {
  assert(!state_->is_reaped && "a child is reaped once");
  state_->is_reaped = true;
  state_->on_exit = nullptr;
  state_->stop_watching();
  int status = 0;
  rusage usage{};
  const int error_number = wait_for(state_->pid, status, usage);
  if (state_->pid_place != nullptr) *state_->pid_place = 0;
  if (error_number != 0) return system_error("wait4", std::to_string(state_->pid), error_number);
  Reaped reaped{WaitStatus(status), to_duration(usage.ru_utime), to_duration(usage.ru_stime), {}};
  if (usage.ru_maxrss > state_->peak_at_start_kib) {
    reaped.max_rss_kib = static_cast<std::uint64_t>(usage.ru_maxrss);
  }
  return reaped;
}

}  // namespace fanout
