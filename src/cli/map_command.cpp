#include "cli/map_command.hpp"

#include <utility>

#include "cli/config.hpp"
#include "cli/execute.hpp"
#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/item_input.hpp"
#include "cli/job_log_file.hpp"
#include "cli/map_words.hpp"
#include "cli/messages.hpp"
#include "cli/piped_input.hpp"
#include "cli/resource_options.hpp"
#include "expand/mutex_source.hpp"
#include "fanout/base/text.hpp"

namespace fanout {
namespace {

/// A whole command line as one word is how other tools take it; here that needs --shell.
bool looks_like_command_line(const std::vector<std::string>& command) {
  if (command.size() != 1 || is_program(command.front())) return false;
  return command.front().find_first_of(" \t|&;<>") != std::string::npos;
}

Result<JobSpec> prototype(const TypedOptions& typed, const Settings& settings,
                          std::vector<std::string> command) {
  CommandText text;
  if (settings.shell) {
    if (command.size() != 1) {
      return usage_error("--shell takes the command line as one word, but \"" + command[1] +
                         "\" follows it");
    }
    text.form = CommandText::Form::line;
    text.shell = CommandText::Shell::always;
  } else if (looks_like_command_line(command)) {
    return usage_error("no program is called " + in_quotes(command.front()) +
                       "; a command line needs --shell, a command its words apart");
  }
  text.placeholders = settings.placeholders;
  if (const std::string* token = typed.value("replace")) {
    if (!settings.placeholders) {
      return usage_error("--replace and --no-placeholders contradict each other: give one of them");
    }
    if (token->empty()) return usage_error("--replace: an empty token stands nowhere");
    text.all_token = *token;
  }
  text.words = std::move(command);
  Result<Kwargs> extras = extras_of(typed);
  if (!extras) return std::move(extras).error();
  text.extras = std::move(*extras);
  JobSpec job;
  job.text = std::make_shared<const CommandText>(std::move(text));
  return job;
}

/// What every job takes: what was asked for, or one of each that there is.
Result<void> plan_jobs(const TypedOptions& typed, Settings& settings, JobSpec& job) {
  Result<std::vector<Resource>> resources = resources_of(typed, {});
  if (!resources) return std::move(resources).error();
  const Result<std::optional<std::vector<Need>>> needs = needs_of(typed, *resources);
  if (!needs) return needs.error();
  settings.resources = *std::move(resources);
  JobPlan plan;
  plan.needs = needs->has_value() ? **needs : one_of_each(settings.resources);
  if (!plan.needs.empty()) job.plan = std::make_shared<const JobPlan>(std::move(plan));
  return {};
}

/// The command as it stands, once.
class OneJob : public JobSource {
 public:
  explicit OneJob(JobSpec job) : job_(std::move(job)) {}

  NextJob next() override {
    if (std::exchange(is_given_, true)) return EndOfJobs{};
    return std::move(job_);
  }
  std::optional<std::uint64_t> total() const override { return 1; }

 private:
  JobSpec job_;
  bool is_given_ = false;
};

/// Sets the jobs; see item_input().
Result<void> input_of(RunRequest& request, const TypedOptions& typed, MapJobs which, bool is_piped,
                      std::vector<ListWords> lists, JobSpec job) {
  if (which == MapJobs::just_one) {
    request.jobs = expanded(std::make_unique<OneJob>(std::move(job)), request.shown);
    return {};
  }
  request.results_layout = ResultsLayout::by_arguments;
  if (is_piped) return piped_input(request, typed, std::move(job));
  return item_input(request, typed, std::move(lists), std::move(job));
}

Result<RunRequest> map_request(const TypedOptions& typed, const Words& words, MapJobs which,
                               const std::optional<DetachedRun>& detached) {
  RunRequest request;
  request.detached = detached;
  if (Result<void> applied = apply_options(request.settings, typed); !applied) {
    return applied.error();
  }
  if (which == MapJobs::just_one) request.settings.placeholders = false;
  request.mode = typed.has("dry-run") ? Mode::dry_run : Mode::run;
  Result<std::optional<WorkersChoice>> workers = workers_choice(typed);
  if (!workers) return std::move(workers).error();
  if (*workers) request.settings.max_workers = (*workers)->workers;
  request.workers_file = std::move(*workers);
  if (Result<void> checked = check_exit_status(request.settings); !checked) return checked.error();
  if (Result<void> checked = check_retries(request.settings, typed); !checked) {
    return checked.error();
  }
  Result<MapWords> split = split_words(typed.words);
  if (!split) return std::move(split).error();
  if (typed.has("header") && split->command.front() == ":") {
    return usage_error("--header takes no value: leave out the \":\"");
  }
  const Result<bool> piped = is_piped(typed);
  if (!piped) return piped.error();
  if (*piped && !split->lists.empty()) {
    return usage_error("::: and :::: open lists of items, and with --pipe there are none");
  }
  Result<OutputOptions> shown = output_options(typed, request.settings);
  if (!shown) return std::move(shown).error();
  request.shown = std::move(*shown);
  Result<JobSpec> job = prototype(typed, request.settings, std::move(split->command));
  if (!job) return std::move(job).error();
  if (Result<void> planned = plan_jobs(typed, request.settings, *job); !planned) {
    return planned.error();
  }
  const std::shared_ptr<const CommandText> text = job->text;
  if (Result<void> done =
          input_of(request, typed, which, *piped, std::move(split->lists), std::move(*job));
      !done) {
    return done.error();
  }
  if (const std::string* mutex = typed.value("mutex")) {
    auto jobs = MutexSource::over(std::move(request.jobs), *mutex, *text);
    if (!jobs) return std::move(jobs).error();
    request.jobs = *std::move(jobs);
  }
  Result<std::optional<JournalRequest>> journal = journal_request(typed, detached);
  if (!journal) return std::move(journal).error();
  request.journal = std::move(*journal);
  request.command_line = words.command_line;
  Result<std::unique_ptr<JobLogFile>> job_log = JobLogFile::open(typed);
  if (!job_log) return std::move(job_log).error();
  request.job_log = std::move(*job_log);
  return request;
}

}  // namespace

int run_map(const TypedOptions& typed, const Words& words, MapJobs which,
            const std::optional<DetachedRun>& detached) {
  Result<RunRequest> request = map_request(typed, words, which, detached);
  if (!request) return exit_code(exit_style(typed), report(request.error()));
  return execute(std::move(*request));
}

int map_command(const Words& words) {
  const Result<TypedOptions> typed =
      parse_options(CommandSet::map, WordPlace::after_options, words.arguments);
  if (!typed) return static_cast<int>(report(typed.error()));
  if (typed->has("help")) return static_cast<int>(print(command_help(CommandSet::map)));
  return run_map(*typed, words, MapJobs::of_items, {});
}

}  // namespace fanout
