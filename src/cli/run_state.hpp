// What a detached run is doing at this moment: what its journal says, and whether its runner lives.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "fanout/base/blob.hpp"
#include "fanout/base/result.hpp"
#include "fanout/base/time.hpp"
#include "store/journal_reader.hpp"
#include "store/run_directory.hpp"
#include "store/session_row.hpp"

namespace fanout {

struct RunState {
  enum class Phase {
    starting,  ///< the runner lives, and has recorded nothing
    running,
    ending,    ///< something ended it, and what runs goes on until its end
    finished,  ///< all that was to be recorded is
    died,      ///< the runner is gone, and the run is not finished
  };

  Phase phase = Phase::starting;
  std::optional<SessionRow> session;  ///< of the last start of a runner; empty: it recorded nothing
  WallTime seen_at{};

  /// Nothing changes any more, unless it is resumed.
  bool is_over() const { return phase == Phase::finished || phase == Phase::died; }

  /// What its jobs took so far, or until the runner was last seen to live.
  Duration elapsed() const;
  /// Its runner's, or what it comes to where that could not record one.
  int exit_code() const;
};

/// A runner holds the lock for its whole life, and makes the journal by taking it.
Result<bool> has_runner(const RunDirectory& run);

/// The error is that of a journal that cannot be read.
Result<RunState> state_of(const RunDirectory& run);

/// The same, and the journal as it stands; null when there is none. `outputs` must outlive it.
struct OpenRun {
  RunState state;
  std::unique_ptr<JournalReader> journal;
};
Result<OpenRun> open_run(const RunDirectory& run, BlobStore& outputs);

/// `running`, as it is printed.
std::string_view name_of(RunState::Phase phase);

/// Not all of its jobs are there, for its input was wrong or could not be read. No job says so.
bool lacks_input(const RunState& state);

/// That, and where the reason is.
std::string input_notice(const RunDirectory& run);

/// That its runner is gone, and what to do about it.
std::string death_notice(const RunDirectory& run);

}  // namespace fanout
