// The Reactor of the real world: the event loop waits, the inbox holds what came of it.
#pragma once

#include <functional>
#include <utility>

#include "exec/inbox.hpp"
#include "fanout/reactor.hpp"
#include "os/event_loop.hpp"

namespace fanout {

class EventReactor : public Reactor {
 public:
  /// Both must outlive this.
  EventReactor(EventLoop& loop, Inbox& inbox) : loop_(loop), inbox_(inbox) {}

  /// To be called before each wait on the loop that is more than a look, so when everything has
  /// been ordered that was due. It makes no news.
  void before_wait(std::function<void()> function) { before_wait_ = std::move(function); }

  Instant now() override { return loop_.now(); }
  void wait(std::optional<Instant> deadline, std::vector<Notice>& news) override;

 private:
  EventLoop& loop_;
  Inbox& inbox_;
  std::function<void()> before_wait_;
};

}  // namespace fanout
