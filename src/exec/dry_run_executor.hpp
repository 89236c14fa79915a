// Runs nothing: every attempt is over at once, with exit code 0 and no output.
#pragma once

#include "exec/inbox.hpp"
#include "fanout/executor.hpp"
#include "fanout/reactor.hpp"

namespace fanout {

class DryRunExecutor : public Executor {
 public:
  /// Both must outlive this.
  DryRunExecutor(Reactor& clock, Inbox& inbox) : clock_(clock), inbox_(inbox) {}

  void start(const StartAttempt& order) override {
    AttemptEnded ended;
    ended.id = order.id;
    ended.end = Exited{0};
    ended.at = clock_.now();
    inbox_.push(std::move(ended));
  }

  void stop(const StopAttempt&) override {}  // it is over already

 private:
  Reactor& clock_;
  Inbox& inbox_;
};

}  // namespace fanout
