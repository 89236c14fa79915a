#include "cli/close_command.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "cli/await_run.hpp"
#include "cli/exit_code.hpp"
#include "cli/handle_command.hpp"
#include "cli/messages.hpp"
#include "cli/run_handle.hpp"
#include "cli/run_state.hpp"
#include "cli/typed_options.hpp"
#include "fanout/base/text.hpp"
#include "os/file_lock.hpp"

namespace fanout {
namespace {

/// Removes a run; false when it has a runner. The lock keeps it from being resumed meanwhile.
Result<bool> remove_unless_alive(const RunDirectories& runs, const RunDirectory& run) {
  std::optional<FileLock> lock;
  std::error_code ignored;
  if (std::filesystem::exists(run.journal(), ignored)) {
    Result<std::optional<FileLock>> taken =
        FileLock::take(run.journal(), FileLock::Missing::refuse);
    if (!taken) return taken.error();
    if (!*taken) return false;
    lock = std::move(*taken);
  }
  if (Result<void> removed = runs.remove(run); !removed) return removed.error();
  return true;
}

/// Also says `false`, for those who only look at that.
int refuse_to_close(const Error& error) {
  const ExitCode printed = print("false\n");
  return static_cast<int>(stronger(printed, report(error)));
}

int close(const TypedOptions& typed) {
  const Result<RunDirectories> runs = RunDirectories::of_this_user();
  if (!runs) return refuse_to_close(runs.error());
  const Result<RunDirectory> run = run_of(typed, "close");
  if (!run) return refuse_to_close(run.error());
  while (true) {
    if (typed.has("wait")) {
      const Result<bool> is_over = await_end(*run, std::nullopt);
      if (!is_over) return refuse_to_close(is_over.error());
    }
    const Result<bool> removed = remove_unless_alive(*runs, *run);
    if (!removed) {
      // Somebody else may have closed it.
      const Result<RunDirectory> still = runs->find(run->handle());
      return refuse_to_close(still ? removed.error() : still.error());
    }
    if (*removed) return static_cast<int>(print("true\n"));
    if (typed.has("wait")) continue;  // it was resumed at this very moment
    complain("run " + in_quotes(run->handle()) +
             " goes on: --wait waits for its end, \"fanout abort " + run->handle() + "\" ends it");
    return static_cast<int>(stronger(print("false\n"), ExitCode::job_failed));
  }
}

/// When the run was over; empty where it is not, or where nobody can say.
std::optional<WallTime> end_of(const RunState& state) {
  if (!state.is_over() || !state.session) return std::nullopt;
  return state.session->finished_at.value_or(state.session->updated_at);
}

Result<bool> prune(const RunDirectories& runs, const RunDirectory& run, Duration age) {
  const Result<RunState> state = state_of(run);
  if (!state) return state.error();
  const std::optional<WallTime> end = end_of(*state);
  if (!end || state->seen_at - *end < age) return false;
  return remove_unless_alive(runs, run);
}

Result<Duration> age_of(const TypedOptions& typed) {
  if (!typed.words.empty()) {
    return usage_error("prune looks at all runs and takes no handle: \"fanout close " +
                       typed.words.front() + "\" removes one");
  }
  const std::string* text = typed.value("older-than");
  if (text == nullptr) {
    return usage_error("prune needs to know what to remove: add --older-than 30d");
  }
  const Result<Duration> age = parse_duration(*text);
  if (!age) return usage_error("--older-than: " + age.error().message);
  return *age;
}

int prune_all(const TypedOptions& typed) {
  const Result<Duration> age = age_of(typed);
  if (!age) return refuse(age.error());
  const Result<RunDirectories> runs = RunDirectories::of_this_user();
  if (!runs) return refuse(runs.error());
  const Result<std::vector<RunDirectory>> all = runs->all();
  if (!all) return refuse(all.error());
  ExitCode code = ExitCode::success;
  for (const RunDirectory& run : *all) {
    const Result<bool> removed = prune(*runs, run, *age);
    if (removed && *removed) code = stronger(code, print(run.handle() + "\n"));
    // One that was closed meanwhile is no trouble.
    if (!removed && runs->find(run.handle())) code = stronger(code, report(removed.error()));
  }
  return static_cast<int>(code);
}

}  // namespace

int close_command(const Words& words) {
  return answer(CommandSet::close, words, close);
}

int prune_command(const Words& words) {
  return answer(CommandSet::prune, words, prune_all);
}

}  // namespace fanout
