#include "xargs/command_status.hpp"

#include <cerrno>
#include <cstring>

#include "fanout/base/overloaded.hpp"

namespace fanout {

Result<void> CommandStatus::on(const Event& event) {
  if (const auto* job = std::get_if<JobFinished>(&event)) judge(job->record.outcome);
  const auto* end = std::get_if<RunFinished>(&event);
  if (end != nullptr && is_not_possible_) {
    notes_.say("cannot run a command: " + end->summary.workers_limited_by);
    final_ = kFailed;
  }
  const auto* cancelling = std::get_if<RunCancelling>(&event);
  if (cancelling != nullptr && cancelling->reason == RunCancelling::Reason::not_possible) {
    is_not_possible_ = true;
  }
  return {};
}

void CommandStatus::judge(const Outcome& outcome) {
  if (final_) return;
  std::visit(Overloaded{
                 [&](const Exited& end) { judge(end); },
                 [&](const Signaled& end) { judge(end); },
                 [&](const SpawnFailed& end) { judge(end); },
                 [&](const Lost& end) {
                   stop(kFailed, "error waiting for child process: " + end.message);
                 },
                 // We end commands only when we are ended ourselves.
                 [](const Cancelled&) {},
                 [](const TimedOut&) {},
                 [](const ParseFailed&) {},
                 [&](const CaptureFailed& end) { stop(kFailed, end.message); },
             },
             outcome);
}

void CommandStatus::judge(const Exited& end) {
  constexpr int kStopAll = 255;
  if (end.code == kStopAll) {
    stop(kGaveUp, options_.command.front() + ": exited with status 255; aborting");
  } else if (end.code != 0) {
    has_failure_ = true;
  }
}

void CommandStatus::judge(const Signaled& end) {
  // What is typed at the terminal reaches all, and how we end says it.
  if (calls_.is_being_ended()) return;
  stop(kKilled, options_.command.front() + ": terminated by signal " + std::to_string(end.number));
}

void CommandStatus::judge(const SpawnFailed& end) {
  if (end.error_number == E2BIG) {
    return stop(kFailed, "can't call exec() due to argument size restrictions");
  }
  const bool is_terminal = options_.opens_terminal && end.error_number == ENXIO;
  const std::string what = is_terminal ? "/dev/tty" : options_.command.front();
  stop(is_terminal                  ? kFailed
       : end.error_number == ENOENT ? kNotFound
                                    : kCannotRun,
       what + ": " + std::strerror(end.error_number));
}

// GNU xargs learns how a command ended when it waits for room for the next one, or at the very end.
// In the first case what still runs can change its mind; in the second the first word is the last.
void CommandStatus::stop(int status, const std::string& message) {
  notes_.say(message);
  const bool is_last_word = stopped_by_ || packer_.is_over();
  (is_last_word ? final_ : stopped_by_) = status;
  packer_.end();
  calls_.on_stop();
}

int CommandStatus::exit_status() const {
  if (final_) return *final_;
  if (has_failure_) return kSomeFailed;
  if (stopped_by_) return *stopped_by_;
  return packer_.has_failed() ? kFailed : 0;
}

}  // namespace fanout
