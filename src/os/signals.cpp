#include "os/signals.hpp"

#include <unistd.h>

#include <array>
#include <boost/asio/signal_set.hpp>
#include <boost/system/system_error.hpp>
#include <utility>

#include "os/event_loop_internals.hpp"

namespace fanout {
namespace {

constexpr std::array kCaught = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGUSR1};
constexpr std::array kChanged = {SIGINT,  SIGQUIT, SIGTERM, SIGHUP,  SIGTSTP, SIGCONT,
                                 SIGUSR1, SIGUSR2, SIGPIPE, SIGXFSZ, SIGCHLD};

struct FoundSignals {
  sigset_t mask;
  std::array<struct sigaction, kChanged.size()> actions;
};

FoundSignals look_at_signals() {
  FoundSignals found;
  ::sigprocmask(SIG_SETMASK, nullptr, &found.mask);
  for (std::size_t i = 0; i < kChanged.size(); ++i) {
    ::sigaction(kChanged[i], nullptr, &found.actions[i]);
  }
  return found;
}

// Taken before main, thus before anything of ours can have changed them.
const FoundSignals kFound = look_at_signals();

void restore_found_actions() {
  for (std::size_t i = 0; i < kChanged.size(); ++i) {
    ::sigaction(kChanged[i], &kFound.actions[i], nullptr);
  }
}

void set_action(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  ::sigaction(signal, &action, nullptr);
}

bool is_ignored(int signal) {
  struct sigaction action {};
  ::sigaction(signal, nullptr, &action);
  return action.sa_handler == SIG_IGN;
}

sigset_t only(int signal) {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, signal);
  return set;
}

bool is_blocked_for_now(int signal) {
  sigset_t mask;
  ::sigprocmask(SIG_SETMASK, nullptr, &mask);
  return ::sigismember(&mask, signal) == 1 && ::sigismember(&kFound.mask, signal) == 0;
}

}  // namespace

void hold_status_requests() {
  const sigset_t held = only(SIGUSR1);
  ::sigprocmask(SIG_BLOCK, &held, nullptr);
}

void restore_found_signals() {
  // Dispositions first: with the mask open, a handler of ours could run in the child.
  restore_found_actions();
  ::sigprocmask(SIG_SETMASK, &kFound.mask, nullptr);
}

struct SignalWatch::State : std::enable_shared_from_this<State> {
  State(EventLoop& loop, std::function<void(int)> callback)
      : signals(loop.internals().executor()), on_signal(std::move(callback)) {}

  void arm() {
    signals.async_wait(
        [self = shared_from_this()](const boost::system::error_code& error, int signal) {
          if (error || !self->on_signal) return;
          self->on_signal(signal);
          self->arm();
        });
  }

  boost::asio::basic_signal_set<LoopExecutor> signals;
  std::function<void(int)> on_signal;
};

Result<std::unique_ptr<SignalWatch>> SignalWatch::open(EventLoop& loop,
                                                       std::function<void(int)> on_signal) {
  try {
    // Asio makes a pipe for its handler.
    auto state = std::make_shared<State>(loop, std::move(on_signal));
    return std::unique_ptr<SignalWatch>(new SignalWatch(std::move(state)));
  } catch (const boost::system::system_error& error) {
    return system_error("pipe", "", error.code().value());
  }
}

SignalWatch::SignalWatch(std::shared_ptr<State> state) : state_(std::move(state)) {
  set_action(SIGPIPE, SIG_IGN);
  set_action(SIGXFSZ, SIG_IGN);
  // Were it ignored, as some parents leave it, the kernel would throw away how children end.
  set_action(SIGCHLD, SIG_DFL);
  for (const int signal : kCaught) {
    boost::system::error_code ignored;  // all of these can be caught
    if (!is_ignored(signal)) state_->signals.add(signal, ignored);
  }
  state_->arm();
  holds_status_requests_ = is_blocked_for_now(SIGUSR1);
  const sigset_t held = only(SIGUSR1);
  if (holds_status_requests_) ::sigprocmask(SIG_UNBLOCK, &held, nullptr);
}

void SignalWatch::add_second_user_signal() {
  boost::system::error_code ignored;
  if (!is_ignored(SIGUSR2)) state_->signals.add(SIGUSR2, ignored);
}

SignalWatch::~SignalWatch() {
  if (holds_status_requests_) hold_status_requests();
  boost::system::error_code ignored;
  state_->signals.clear(ignored);
  state_->signals.cancel(ignored);
  state_->on_signal = nullptr;
  restore_found_actions();
}

void die_by(int signal) {
  set_action(signal, SIG_DFL);
  const sigset_t only_this = only(signal);
  ::sigprocmask(SIG_UNBLOCK, &only_this, nullptr);
  ::raise(signal);
  ::_exit(128 + signal);  // a signal whose default is to do nothing
}

void stop_oneself() {
  ::raise(SIGSTOP);
}

SignalsBlocked::SignalsBlocked() {
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &before_);
}

SignalsBlocked::~SignalsBlocked() {
  ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace fanout
