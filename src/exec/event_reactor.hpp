// The Reactor of the real world: the event loop waits, the inbox holds what came of it.
#pragma once

#include "exec/inbox.hpp"
#include "fanout/reactor.hpp"
#include "os/event_loop.hpp"

namespace fanout {

class EventReactor : public Reactor {
 public:
  /// Both must outlive this.
  EventReactor(EventLoop& loop, Inbox& inbox) : loop_(loop), inbox_(inbox) {}

  Instant now() override { return loop_.now(); }
  void wait(std::optional<Instant> deadline, std::vector<Notice>& news) override;

 private:
  EventLoop& loop_;
  Inbox& inbox_;
};

}  // namespace fanout
