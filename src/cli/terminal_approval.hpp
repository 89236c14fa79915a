// Asks the person at the terminal whether a command shall run, and waits on the loop for the
// answer.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "os/event_loop.hpp"
#include "os/input_stream.hpp"
#include "xargs/approval.hpp"
#include "xargs/notes.hpp"

namespace fanout {

class TerminalApproval : public Approval {
 public:
  /// `on_answer` is called from the loop after a not_yet. All must outlive this.
  TerminalApproval(EventLoop& loop, XargsNotes& notes, std::function<void()> on_answer)
      : loop_(loop), notes_(notes), on_answer_(std::move(on_answer)) {}

  Answer ask() override;

 private:
  bool open();
  Answer read_answer();

  EventLoop& loop_;
  XargsNotes& notes_;
  std::function<void()> on_answer_;
  std::unique_ptr<InputStream> terminal_;
  std::string typed_;
  bool is_asked_ = false;
};

}  // namespace fanout
