#include "os/orphan_reaper.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <utility>

#include "os/descendants.hpp"
#include "os/event_loop_internals.hpp"

namespace fanout {
namespace {

using namespace std::chrono_literals;

constexpr Duration kLongestPause = 1s;
constexpr Duration kShortestPause = 10ms;
constexpr std::size_t kMany = 16;
// The kernel goes through all children, and thousands that sleep are in no cache.
constexpr int kPausesForLook = 500;
constexpr int kTimesOfListing = 4;

/// Some child that has ended, left as it is; 0 when there is none.
pid_t some_zombie() {
  siginfo_t info{};
  const int result = ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT);
  return result == 0 ? info.si_pid : 0;
}

bool has_children() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

bool is_subreaper() {
  int value = 0;
  return ::prctl(PR_GET_CHILD_SUBREAPER, &value) == 0 && value != 0;
}

}  // namespace

struct OrphanReaper::State : std::enable_shared_from_this<State> {
  State(EventLoop& event_loop, std::function<bool(pid_t)> predicate)
      : loop(event_loop), timer(loop.internals().context), is_ours(std::move(predicate)) {}

  void arm() {
    timer.expires_after(pause);
    timer.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (error || !self->is_alive) return;
      const Instant start = self->loop.now();
      const std::size_t reaped = self->reap();
      const Duration took = self->loop.now() - start;
      self->pause = pause_after(self->pause, reaped, took);
      self->arm();
    });
  }

  std::size_t reap() const {
    std::size_t count = 0;
    pid_t zombie = some_zombie();
    for (; zombie != 0 && !is_ours(zombie); ++count) {
      ::waitpid(zombie, nullptr, WNOHANG);
      zombie = some_zombie();
    }
    // One that is ours hides those behind it.
    return zombie == 0 ? count : count + reap_hidden();
  }

  std::size_t reap_hidden() const {
    std::size_t count = 0;
    for (const pid_t pid : orphans()) {
      if (::waitpid(pid, nullptr, WNOHANG) > 0) ++count;
    }
    return count;
  }

  /// Those that have ended among them.
  std::vector<pid_t> orphans() const {
    if (auto listed = orphans_of_ours(is_ours)) return std::move(*listed);
    std::vector<pid_t> found;
    if (const auto table = read_process_table()) {
      for (const ProcessEntry& entry : *table) {
        if (is_orphan(entry)) found.push_back(entry.pid);
      }
    }
    return found;
  }

  bool is_orphan(const ProcessEntry& entry) const {
    return entry.parent == ::getpid() && !is_ours(entry.pid);
  }

  EventLoop& loop;
  boost::asio::steady_timer timer;
  std::function<bool(pid_t)> is_ours;
  Duration pause = kLongestPause;
  std::optional<std::vector<pid_t>> recent;
  Instant recent_until{};
  bool is_alive = true;
  bool was_subreaper = is_subreaper();
  bool has_strangers = has_children();
};

Duration OrphanReaper::pause_after(Duration pause, std::size_t reaped, Duration took) {
  if (reaped >= kMany) return kShortestPause;
  return std::max(std::min(pause * 2, kLongestPause), took * kPausesForLook);
}

OrphanReaper::OrphanReaper(EventLoop& loop, std::function<bool(pid_t)> is_ours)
    : state_(std::make_shared<State>(loop, std::move(is_ours))) {
  // Also as init of a PID namespace: it costs nothing, and nothing has to know.
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  state_->arm();
}

OrphanReaper::~OrphanReaper() {
  state_->is_alive = false;
  state_->timer.cancel();
  state_->reap();
  if (!state_->was_subreaper) ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

void OrphanReaper::reap() {
  state_->reap();
}

void OrphanReaper::reap_if_many() {
  if (state_->pause < kLongestPause) state_->reap();
}

std::optional<std::vector<pid_t>> OrphanReaper::recent_orphans() {
  const Instant start = state_->loop.now();
  if (start >= state_->recent_until) {
    state_->recent = orphans_of_ours(state_->is_ours);
    const Instant end = state_->loop.now();
    state_->recent_until = end + (end - start) * kTimesOfListing;
  }
  return state_->recent;
}

std::vector<ProcessId> OrphanReaper::orphans() const {
  std::vector<ProcessId> found;
  for (const pid_t pid : state_->orphans()) {
    const std::optional<ProcessEntry> entry = read_process(pid);
    if (entry && !entry->is_dead()) found.push_back(entry->id());
  }
  return found;
}

bool OrphanReaper::has_strangers() const {
  return state_->has_strangers;
}

}  // namespace fanout
