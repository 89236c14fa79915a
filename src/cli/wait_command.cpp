#include "cli/wait_command.hpp"

#include <optional>

#include "cli/await_run.hpp"
#include "cli/exit_code.hpp"
#include "cli/handle_command.hpp"
#include "cli/messages.hpp"
#include "cli/run_handle.hpp"
#include "cli/run_state.hpp"
#include "cli/typed_options.hpp"

namespace fanout {
namespace {

int died(const RunDirectory& run) {
  complain(death_notice(run));
  return static_cast<int>(ExitCode::not_possible);
}

int wait(const TypedOptions& typed) {
  std::optional<Duration> limit;
  if (const std::string* text = typed.value("timeout")) {
    const Result<Duration> parsed = parse_duration(*text);
    if (!parsed) return refuse(usage_error("--timeout: " + parsed.error().message));
    limit = *parsed;
  }
  const Result<RunDirectory> run = run_of(typed, "wait");
  if (!run) return refuse(run.error());
  const Result<bool> is_over = await_end(*run, limit);
  if (!is_over) return refuse(is_over.error());
  const Result<RunState> state = state_of(*run);
  if (!state) return refuse(state.error());
  if (lacks_input(*state)) complain(input_notice(*run));
  if (state->phase == RunState::Phase::finished) return state->exit_code();
  return state->phase == RunState::Phase::died ? died(*run) : kTimeIsUp;
}

int finished(const TypedOptions& typed) {
  const Result<RunDirectory> run = run_of(typed, "finished");
  if (!run) return refuse(run.error());
  const Result<RunState> state = state_of(*run);
  if (!state) return refuse(state.error());
  if (state->phase == RunState::Phase::died) return died(*run);
  return state->phase == RunState::Phase::finished ? 0 : 1;
}

}  // namespace

int wait_command(const Words& words) {
  return answer(CommandSet::wait, words, wait);
}

int finished_command(const Words& words) {
  return answer(CommandSet::finished, words, finished);
}

}  // namespace fanout
