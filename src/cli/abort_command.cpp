#include "cli/abort_command.hpp"

#include <chrono>
#include <optional>

#include "cli/await_run.hpp"
#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/messages.hpp"
#include "cli/run_handle.hpp"
#include "cli/typed_options.hpp"
#include "fanout/base/text.hpp"
#include "os/local_socket.hpp"
#include "store/control_message.hpp"

namespace fanout {
namespace {

// A runner looks at its socket many times a second.
constexpr Duration kPatience = std::chrono::seconds(10);

Error no_answer(const RunDirectory& run, const Error& why) {
  return {ErrorKind::system,
          "the runner of run " + in_quotes(run.handle()) + " does not answer: " + why.message};
}

/// One that ends takes its socket away before it hangs up.
bool is_over(const RunDirectory& run) {
  const auto again = LocalConnection::open(run.socket(), kPatience);
  return again && !again->has_value();
}

/// A runner that is beginning has its lock before its socket. Empty when there is no runner.
Result<std::optional<LocalConnection>> reach(const RunDirectory& run) {
  constexpr Duration kPause = std::chrono::milliseconds(50);
  for (Duration waited{}; waited < kPatience; waited += kPause) {
    auto connection = LocalConnection::open(run.socket(), kPatience);
    if (!connection) return no_answer(run, connection.error());
    if (connection->has_value()) return connection;
    const Result<bool> is_gone = await_end(run, kPause);
    if (!is_gone) return is_gone.error();
    if (*is_gone) return std::optional<LocalConnection>();
  }
  return no_answer(run, usage_error("nobody listens at " + in_quotes(run.socket())));
}

/// Whether that changed anything. A run that is over, or whose runner died, cannot be aborted.
Result<bool> abort(const RunDirectory& run, bool kills) {
  auto connection = reach(run);
  if (!connection) return connection.error();
  if (!connection->has_value()) return false;
  const ControlRequest request{ControlRequest::Wish::abort, kills};
  const Result<std::string> line = (*connection)->ask(line_of(request), kPatience);
  if (!line) return is_over(run) ? Result<bool>(false) : no_answer(run, line.error());
  const Result<ControlAnswer> answer = parse_answer(*line);
  if (!answer) return no_answer(run, answer.error());
  if (!answer->is_obeyed) return no_answer(run, usage_error(answer->error));
  return answer->has_changed;
}

}  // namespace

int abort_command(const Words& words) {
  const Result<TypedOptions> typed =
      parse_options(CommandSet::abort, WordPlace::anywhere, words.arguments);
  if (!typed) return static_cast<int>(report(typed.error()));
  if (typed->has("help")) return static_cast<int>(print(command_help(CommandSet::abort)));
  const Result<RunDirectory> run = run_of(*typed, "abort");
  if (!run) return static_cast<int>(report(run.error()));
  const Result<bool> has_changed = abort(*run, typed->has("kill"));
  if (!has_changed) return static_cast<int>(report(has_changed.error()));
  return static_cast<int>(print(*has_changed ? "true\n" : "false\n"));
}

}  // namespace fanout
