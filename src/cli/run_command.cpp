#include "cli/run_command.hpp"

#include <utility>

#include "cli/config.hpp"
#include "cli/execute.hpp"
#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/job_log_file.hpp"
#include "cli/manifest_input.hpp"
#include "cli/messages.hpp"

namespace fanout {
namespace {

/// Goes through a document once, so that nothing starts when anything in it is wrong. Returns how
/// many jobs it has.
Result<std::uint64_t> check(JobSource& jobs) {
  for (std::uint64_t count = 0;; ++count) {
    NextJob next = jobs.next();
    if (auto* error = std::get_if<Error>(&next)) return std::move(*error);
    if (std::holds_alternative<EndOfJobs>(next)) return count;
  }
}

}  // namespace

int run_manifest(const TypedOptions& typed, const Words& words,
                 const std::optional<DetachedRun>& detached) {
  const auto refuse = [&](const Error& error) {
    return exit_code(exit_style(typed), report(error));
  };
  if (typed.words.size() != 1) {
    return refuse(usage_error(typed.words.empty()
                                  ? "run needs a manifest: a file, or - for standard input"
                                  : "run takes one manifest, but \"" + typed.words[1] +
                                        "\" follows it; map takes a command"));
  }
  const Result<std::optional<WorkersChoice>> workers = workers_choice(typed);
  if (!workers) return refuse(workers.error());
  Result<OpenManifest> opened = open_manifest(typed.words.front(), typed, detached);
  if (!opened) return refuse(opened.error());
  const Mode mode = typed.has("dry-run") ? Mode::dry_run : Mode::run;
  Result<OutputOptions> shown = output_options(typed, opened->settings);
  if (!shown) return refuse(shown.error());
  RunRequest request;
  request.shown = std::move(*shown);
  const auto jobs = [&] {
    return expanded(opened->manifest.jobs(opened->defaults), request.shown);
  };
  const bool needs_check = !opened->manifest.is_stream();
  if (needs_check && mode != Mode::dry_run) {
    const Result<std::uint64_t> count = check(*jobs());
    if (!count) return refuse(count.error());
    request.known_jobs = *count;
  }
  Result<std::unique_ptr<JobLogFile>> job_log = JobLogFile::open(typed);
  if (!job_log) return refuse(job_log.error());
  request.job_log = std::move(*job_log);
  Result<std::optional<JournalRequest>> journal = journal_request(typed, detached);
  if (!journal) return refuse(journal.error());
  request.journal = std::move(*journal);
  request.settings = opened->settings;
  request.workers_file = *workers;
  if (*workers) request.settings.max_workers = (*workers)->workers;
  request.mode = mode;
  request.jobs = jobs();
  if (opened->manifest.may_reorder()) request.first_start = FirstStart::when_all_are_read;
  request.is_checked = !needs_check || mode != Mode::dry_run;
  if (opened->manifest.is_stream()) request.live_inputs.push_back(opened->input);
  request.is_named = opened->manifest.is_named();
  request.command_line = words.command_line;
  request.detached = detached;
  return execute(std::move(request));
}

int run_command(const Words& words) {
  const Result<TypedOptions> typed =
      parse_options(CommandSet::run, WordPlace::anywhere, words.arguments);
  if (!typed) return static_cast<int>(report(typed.error()));
  if (typed->has("help")) return static_cast<int>(print(command_help(CommandSet::run)));
  return run_manifest(*typed, words, {});
}

}  // namespace fanout
