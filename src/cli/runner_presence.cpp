#include "cli/runner_presence.hpp"

#include <algorithm>
#include <utility>

#include "fanout/base/text.hpp"
#include "store/control_message.hpp"

namespace fanout {
namespace {

Result<FileLock> lock_journal(const RunDirectory& run) {
  auto lock = FileLock::take(run.journal(), FileLock::Missing::make);
  if (!lock) return std::move(lock).error();
  if (lock->has_value()) return std::move(**lock);
  return usage_error("run " + in_quotes(run.handle()) + " goes on already: \"fanout status " +
                     run.handle() + "\" shows how far it is");
}

std::string refusal(std::string_view why) {
  return line_of(ControlAnswer{false, false, std::string(why)});
}

}  // namespace

RunnerPresence::RunnerPresence(const DetachedRun& run, Machine& machine,
                               std::function<EndStage()> stage, RedirectedError log, FileLock lock)
    : starter_(*run.starter),
      machine_(machine),
      stage_(std::move(stage)),
      log_(std::move(log)),
      lock_(std::move(lock)) {}

Result<std::unique_ptr<RunnerPresence>> RunnerPresence::open(const DetachedRun& run,
                                                             Machine& machine,
                                                             std::function<EndStage()> stage) {
  // Before anything else is touched: it may belong to a runner that lives.
  Result<FileLock> lock = lock_journal(run.directory);
  if (!lock) return std::move(lock).error();
  Result<RedirectedError> log = RedirectedError::to(run.directory.log());
  if (!log) return std::move(log).error();
  std::unique_ptr<RunnerPresence> presence(
      new RunnerPresence(run, machine, std::move(stage), *std::move(log), *std::move(lock)));
  auto server = LocalServer::open(
      machine.loop(), run.directory.socket(),
      {[at = presence.get()](std::string_view message) { return at->answer(message); }, refusal},
      {});
  if (!server) return std::move(server).error();
  presence->server_ = *std::move(server);
  leave_standard_input();
  return presence;
}

Result<void> RunnerPresence::announce() {
  if (!starter_.let_go()) return Error{ErrorKind::reader_gone, "who started the run has gone"};
  log_.keep();
  return {};
}

LocalServer::Answer RunnerPresence::answer(std::string_view message) {
  const Result<ControlRequest> request = parse_request(message);
  if (!request) return {refusal(request.error().message), false};
  if (request->wish == ControlRequest::Wish::wait) {
    return {line_of(ControlAnswer{true, false, {}}), true};
  }
  return {line_of(ControlAnswer{true, abort(request->kills), {}}), false};
}

/// Whether that is more than what is going on.
bool RunnerPresence::abort(bool kills) {
  const EndStage wanted = kills ? EndStage::killing : EndStage::draining;
  if (wanted <= std::max(asked_, stage_())) return false;
  asked_ = wanted;
  machine_.inbox().push(AbortAsked{kills});
  return true;
}

}  // namespace fanout
