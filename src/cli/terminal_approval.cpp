#include "cli/terminal_approval.hpp"

#include <utility>

#include "cli/errno_text.hpp"

namespace fanout {

Approval::Answer TerminalApproval::ask() {
  if (terminal_ == nullptr && !open()) return Answer::failed;
  if (!std::exchange(is_asked_, true)) notes_.write("?...");
  const Answer answer = read_answer();
  if (answer != Answer::not_yet) is_asked_ = false;
  return answer;
}

bool TerminalApproval::open() {
  Result<std::unique_ptr<InputStream>> opened = InputStream::open("/dev/tty");
  Result<void> attached = opened ? (*opened)->attach(loop_, on_answer_) : opened.error();
  if (!attached) {
    notes_.say("failed to open /dev/tty for reading: " + errno_text(attached.error()));
    return false;
  }
  terminal_ = std::move(*opened);
  return true;
}

Approval::Answer TerminalApproval::read_answer() {
  for (;;) {
    const std::size_t end = typed_.find('\n');
    if (end != typed_.npos) {
      const bool is_yes = typed_.front() == 'y' || typed_.front() == 'Y';
      typed_.erase(0, end + 1);
      return is_yes ? Answer::yes : Answer::no;
    }
    const Result<ByteSource::State> state = terminal_->read(typed_);
    if (state && *state == ByteSource::State::not_yet) return Answer::not_yet;
    if (state && *state == ByteSource::State::bytes) continue;
    notes_.say("Failed to read from stdin" +
               (state ? std::string() : ": " + errno_text(state.error())));
    return Answer::failed;
  }
}

}  // namespace fanout
