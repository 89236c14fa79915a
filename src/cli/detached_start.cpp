#include "cli/detached_start.hpp"

#include <new>
#include <string>

#include "cli/config.hpp"
#include "cli/exit_code.hpp"
#include "cli/map_command.hpp"
#include "cli/messages.hpp"
#include "cli/run_command.hpp"
#include "fanout/outcome.hpp"
#include "os/signals.hpp"

namespace fanout {
namespace {

/// The runner's whole life.
int run_as_runner(const StartRecord& record, const TypedOptions& typed,
                  const DetachedRun& detached) {
  try {
    return run_here(record, typed, detached);
  } catch (const std::bad_alloc&) {
    return static_cast<int>(out_of_memory());
  }
}

}  // namespace

int run_here(const StartRecord& record, const TypedOptions& typed,
             const std::optional<DetachedRun>& detached) {
  const Words words{record.command_line, record.arguments};
  switch (record.form) {
    case StartRecord::Form::run: return run_manifest(typed, words, detached);
    case StartRecord::Form::map: return run_map(typed, words, MapJobs::of_items, detached);
    case StartRecord::Form::job: return run_map(typed, words, MapJobs::just_one, detached);
  }
  return static_cast<int>(ExitCode::not_possible);
}

BegunRun begin_detached(const StartRecord& record, const TypedOptions& typed,
                        const RunDirectory& directory, DetachedRun::Kind kind,
                        const std::function<void()>& undo) {
  const Result<Beginning> beginning = detach([&](Starter& starter) {
    const int code = run_as_runner(record, typed, {directory, kind, &starter});
    if (starter.has_gone()) undo();
    return code;
  });
  if (beginning && beginning->is_well) return {true, 0};
  undo();
  if (!beginning) return {false, exit_code(exit_style(typed), report(beginning.error()))};
  if (beginning->asked_by != 0) die_by(beginning->asked_by);
  if (beginning->ended_by != 0) {
    complain("the runner was ended by " + signal_name(beginning->ended_by) +
             " before it had begun");
    return {false, exit_code(exit_style(typed), ExitCode::not_possible)};
  }
  return {false, beginning->exit_code};
}

}  // namespace fanout
