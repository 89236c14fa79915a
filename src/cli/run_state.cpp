#include "cli/run_state.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/exit_code.hpp"
#include "cli/machine.hpp"
#include "fanout/base/text.hpp"
#include "fanout/event.hpp"
#include "os/event_loop.hpp"
#include "os/file_lock.hpp"
#include "os/scratch_file.hpp"

namespace fanout {
namespace {

bool has_journal(const RunDirectory& run) {
  std::error_code ignored;
  return std::filesystem::exists(run.journal(), ignored);
}

RunState::Phase phase_of(const std::optional<SessionRow>& session, bool is_alive) {
  using Phase = RunState::Phase;
  if (!session) return is_alive ? Phase::starting : Phase::died;
  if (session->finished_at && (session->exit_code || !is_alive)) return Phase::finished;
  if (!is_alive) return Phase::died;
  return session->finished_at || !session->ended_by.empty() ? Phase::ending : Phase::running;
}

/// The lock first: what a runner that is gone by then recorded is all there is.
Result<OpenRun> look(const RunDirectory& run, BlobStore& outputs) {
  OpenRun open;
  const Result<bool> is_alive = has_runner(run);
  if (!is_alive) return is_alive.error();
  if (has_journal(run)) {
    Result<std::unique_ptr<JournalReader>> reader = JournalReader::open(run.journal(), outputs);
    if (!reader) return reader.error();
    open.journal = std::move(*reader);
  }
  if (open.journal) {
    Result<std::optional<SessionRow>> session = open.journal->newest_session();
    if (!session) return session.error();
    open.state.session = std::move(*session);
  }
  open.state.phase = phase_of(open.state.session, *is_alive);
  return open;
}

/// Somebody may have closed it meanwhile: then it did not die, it is no run any more.
Result<OpenRun> unless_closed(const RunDirectory& run, Result<OpenRun> open) {
  if (open && open->state.phase != RunState::Phase::died) return open;
  const Result<RunDirectories> runs = RunDirectories::of_this_user();
  if (!runs) return runs.error();
  const Result<RunDirectory> still = runs->find(run.handle());
  if (!still) return still.error();
  return open;
}

}  // namespace

Result<bool> has_runner(const RunDirectory& run) {
  if (!has_journal(run)) return false;
  Result<bool> locked = is_locked(run.journal());
  if (!locked && !has_journal(run)) return false;  // it was closed at this very moment
  return locked;
}

Duration RunState::elapsed() const {
  if (!session) return {};
  if (phase == Phase::finished) return session->seconds;
  const WallTime until = phase == Phase::died ? session->updated_at : seen_at;
  return std::max(until - session->started_at, Duration::zero());
}

int RunState::exit_code() const {
  if (session && session->exit_code) return *session->exit_code;
  const bool has_failures = !session || session->failed + session->aborted > 0;
  return static_cast<int>(has_failures ? ExitCode::job_failed : ExitCode::success);
}

Result<OpenRun> open_run(const RunDirectory& run, BlobStore& outputs) {
  Result<OpenRun> open = look(run, outputs);
  // It may have been resumed between the two looks. The journal is closed before the lock is asked
  // for again (see FileLock).
  if (open && open->state.phase == RunState::Phase::died) {
    open->journal.reset();
    open = look(run, outputs);
  }
  open = unless_closed(run, std::move(open));
  if (!open) return open;
  const auto loop = EventLoop::open();
  if (!loop) return loop.error();
  open->state.seen_at = clock_of(**loop).wall_start;
  return open;
}

Result<RunState> state_of(const RunDirectory& run) {
  ScratchFile scratch;
  BlobStore outputs(scratch);
  Result<OpenRun> open = open_run(run, outputs);
  if (!open) return open.error();
  return std::move(open->state);
}

std::string_view name_of(RunState::Phase phase) {
  switch (phase) {
    case RunState::Phase::starting: return "starting";
    case RunState::Phase::running: return "running";
    case RunState::Phase::ending: return "ending";
    case RunState::Phase::finished: return "finished";
    case RunState::Phase::died: return "died";
  }
  return "";
}

bool lacks_input(const RunState& state) {
  return state.phase == RunState::Phase::finished && state.session &&
         state.session->ended_by == name_of(RunCancelling::Reason::input_error);
}

std::string input_notice(const RunDirectory& run) {
  return "what run " + in_quotes(run.handle()) +
         " was to do could not be read to its end: " + in_quotes(run.log()) + " says why";
}

std::string death_notice(const RunDirectory& run) {
  return "the runner of run " + in_quotes(run.handle()) + " died: \"fanout resume " + run.handle() +
         "\" goes on, \"fanout close " + run.handle() + "\" removes it";
}

}  // namespace fanout
