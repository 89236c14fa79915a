// The wiring: a run from its jobs and settings to its exit code. Reads as a list of parts.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/detached_run.hpp"
#include "cli/journal_options.hpp"
#include "cli/output_options.hpp"
#include "cli/workers_file.hpp"
#include "fanout/base/bytes.hpp"
#include "fanout/block.hpp"
#include "fanout/settings.hpp"
#include "fanout/source.hpp"
#include "os/live_input.hpp"
#include "report/results_places.hpp"
#include "sched/ready_queue.hpp"

namespace fanout {

enum class Mode { run, dry_run };

struct RunRequest {
  Settings settings;
  Mode mode = Mode::run;
  std::unique_ptr<JobSource> jobs;  ///< expanded
  /// Nothing is known to be wrong with the jobs, or they come one by one so that nobody can know.
  bool is_checked = true;
  std::vector<LiveInput*> live_inputs;      ///< where jobs still come from while others run
  std::optional<std::uint64_t> known_jobs;  ///< how many there are, where that is known
  std::shared_ptr<BlockLender> lender;      ///< where jobs take more than one block; else null
  bool is_named = false;
  std::optional<WorkersChoice> workers_file;  ///< its number is in the settings
  FirstStart first_start = FirstStart::at_once;
  std::unique_ptr<ByteWriter> job_log;  ///< null: none
  std::optional<JournalRequest> journal;
  OutputOptions shown;
  ResultsLayout results_layout = ResultsLayout::by_job;
  std::vector<std::string> command_line;
  std::optional<DetachedRun> detached;  ///< its results are asked for later
};

/// Runs all of it, writes the results to standard output, and returns the exit code. Does not
/// return when the run was ended by a signal, or by a reader that went away: then it dies by that
/// signal.
int execute(RunRequest request);

/// The jobs with their commands made; an error where one has not what is to be shown of it.
std::unique_ptr<JobSource> expanded(std::unique_ptr<JobSource> jobs, const OutputOptions& shown);

/// Whether a command of that name can be run directly, looked up in fanout's own PATH.
bool is_program(std::string_view name);

}  // namespace fanout
