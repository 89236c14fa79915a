// What stands between a run and the machine: the loop, the signals, the news on its way.
// Everything that waits, waits on its loop.
#pragma once

#include <memory>

#include "exec/event_reactor.hpp"
#include "exec/inbox.hpp"
#include "os/event_loop.hpp"
#include "os/output_queue.hpp"
#include "os/signals.hpp"

namespace fanout {

class Machine {
 public:
  static Result<std::unique_ptr<Machine>> open();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  EventLoop& loop() { return *loop_; }
  Inbox& inbox() { return inbox_; }
  EventReactor& reactor() { return reactor_; }

  /// The last signal that asked us to end, or 0.
  int signal() const { return signal_; }

  /// As in system(3): what a person types goes to the job as well, and the job decides.
  void leave_interrupts_to_job() { leaves_interrupts_ = true; }
  /// The last interrupt that was left to the job, or 0.
  int interrupt() const { return interrupt_; }

  /// Waits for a slow reader to take what is left. A signal that comes now ends the waiting, and
  /// so does a second one that has come before.
  void finish_writing(const OutputQueue& output);

 private:
  explicit Machine(std::unique_ptr<EventLoop> loop);
  void on_signal(int number);

  std::unique_ptr<EventLoop> loop_;
  Inbox inbox_;
  EventReactor reactor_;
  int signal_ = 0;
  int signals_seen_ = 0;
  bool leaves_interrupts_ = false;
  int interrupt_ = 0;
  std::unique_ptr<SignalWatch> signals_;
};

}  // namespace fanout
