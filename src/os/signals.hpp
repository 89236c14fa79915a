// Signals to fanout itself: what was found at start, what is caught while a run goes on, and
// how to die of one. Decides nothing about the run.
#pragma once

#include <csignal>
#include <functional>
#include <memory>

#include "os/event_loop.hpp"

namespace fanout {

/// Lets SIGUSR1 wait until a SignalWatch lives. Whoever asks what is running before anything runs,
/// or when all is over, must not end us by that.
void hold_status_requests();

/// Sets the mask and the dispositions that fanout changes back to what it was started with.
/// For a child between fork and exec: async-signal-safe.
void restore_found_signals();

/// While it lives, SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT and SIGUSR1 are told through
/// the loop in the order in which they came (unless they were ignored when fanout was started:
/// nohup means it), SIGPIPE and SIGXFSZ are an errno, and children can be waited for. At most one
/// at a time.
class SignalWatch {
 public:
  static Result<std::unique_ptr<SignalWatch>> open(EventLoop& loop,
                                                   std::function<void(int)> on_signal);
  ~SignalWatch();

  /// SIGUSR2 is told as well.
  void add_second_user_signal();

  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  struct State;
  explicit SignalWatch(std::shared_ptr<State> state);

  std::shared_ptr<State> state_;
  bool holds_status_requests_ = false;  // while we do not live
};

/// Ends the process by that signal, so that whoever waits for it sees the truth.
[[noreturn]] void die_by(int signal);

/// Stops this process as SIGTSTP would have; returns when it is continued.
void stop_oneself();

/// No signal reaches this thread while it lives.
class SignalsBlocked {
 public:
  SignalsBlocked();
  ~SignalsBlocked();
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace fanout
