// What stands between a run and the machine: the loop, the signals, the news on its way.
// Everything that waits, waits on its loop. It is the run's Reactor itself, because ^Z stops fanout
// between two waits.
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "exec/event_reactor.hpp"
#include "exec/inbox.hpp"
#include "fanout/run_clock.hpp"
#include "os/event_loop.hpp"
#include "os/output_queue.hpp"
#include "os/signals.hpp"

namespace fanout {

/// This moment on both clocks, so that reports can name the time of any other.
RunClock clock_of(EventLoop& loop);

class Machine : private Reactor {
 public:
  static Result<std::unique_ptr<Machine>> open();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  EventLoop& loop() { return *loop_; }
  Inbox& inbox() { return inbox_; }
  Reactor& reactor() { return *this; }

  RunClock clock() { return clock_of(*loop_); }

  /// What ^Z (SIGTSTP) does before fanout stops itself, and after it goes on. Called in the order
  /// in which they were given; they must be good until the last wait.
  void on_stop(std::function<void()> stop, std::function<void()> resume) {
    stops_.push_back(std::move(stop));
    resumes_.push_back(std::move(resume));
  }

  /// To be called before the run waits, when everything has been started and stopped that is to be.
  void before_wait(std::function<void()> function) { reactor_.before_wait(std::move(function)); }

  /// SIGUSR1 and SIGUSR2 mean one worker more and one fewer, as they do to xargs, and nobody is
  /// told what runs.
  void take_signals_for_workers();

  /// The last signal that asked us to end, or 0.
  int signal() const { return signal_; }

  /// As in system(3): what a person types goes to the job as well, and the job decides.
  void leave_interrupts_to_job() { leaves_interrupts_ = true; }
  /// The last interrupt that was left to the job, or 0.
  int interrupt() const { return interrupt_; }

  /// Writes what is left. A signal that comes now ends the waiting for a slow reader, a second one
  /// everything.
  /// `has_more` says that others than the queue write too.
  void finish_writing(const OutputQueue& output, const std::function<bool()>& has_more);

 private:
  explicit Machine(std::unique_ptr<EventLoop> loop);
  void on_signal(int number);
  void ask_to_end(int number);
  Instant now() override { return reactor_.now(); }
  void wait(std::optional<Instant> deadline, std::vector<Notice>& news) override;
  std::optional<RunResumed> stop_if_asked();

  std::unique_ptr<EventLoop> loop_;
  Inbox inbox_;
  EventReactor reactor_;
  std::vector<std::function<void()>> stops_;
  std::vector<std::function<void()>> resumes_;
  int signal_ = 0;
  int signals_seen_ = 0;
  bool leaves_interrupts_ = false;
  int interrupt_ = 0;
  bool is_stop_asked_ = false;
  bool are_signals_for_workers_ = false;
  std::unique_ptr<SignalWatch> signals_;
};

}  // namespace fanout
