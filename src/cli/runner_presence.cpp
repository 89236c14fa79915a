#include "cli/runner_presence.hpp"

#include <algorithm>
#include <utility>

#include "store/control_message.hpp"

namespace fanout {
namespace {

std::string refusal(std::string_view why) {
  return line_of(ControlAnswer{false, false, std::string(why)});
}

}  // namespace

RunnerPresence::RunnerPresence(const DetachedRun& run, Machine& machine,
                               std::function<EndStage()> stage, RedirectedError log)
    : socket_(run.directory.socket()),
      starter_(*run.starter),
      machine_(machine),
      stage_(std::move(stage)),
      log_(std::move(log)) {}

Result<std::unique_ptr<RunnerPresence>> RunnerPresence::open(const DetachedRun& run,
                                                             Machine& machine,
                                                             std::function<EndStage()> stage) {
  Result<RedirectedError> log = RedirectedError::to(run.directory.log());
  if (!log) return std::move(log).error();
  leave_standard_input();
  return std::unique_ptr<RunnerPresence>(
      new RunnerPresence(run, machine, std::move(stage), *std::move(log)));
}

Result<void> RunnerPresence::listen() {
  auto server = LocalServer::open(
      machine_.loop(), socket_,
      {[this](std::string_view message) { return answer(message); }, refusal}, {});
  if (!server) return std::move(server).error();
  server_ = *std::move(server);
  return {};
}

void RunnerPresence::withdraw() {
  if (server_) server_->withdraw();
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
