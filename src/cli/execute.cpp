#include "cli/execute.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <optional>
#include <random>
#include <utility>

#include "cli/config.hpp"
#include "cli/counted_jobs.hpp"
#include "cli/ending.hpp"
#include "cli/exit_code.hpp"
#include "cli/line_outlets.hpp"
#include "cli/local_jobs.hpp"
#include "cli/machine.hpp"
#include "cli/messages.hpp"
#include "cli/noted_jobs.hpp"
#include "cli/output_value.hpp"
#include "cli/progress_display.hpp"
#include "cli/text_streams.hpp"
#include "cli/throttle.hpp"
#include "exec/dry_run_executor.hpp"
#include "expand/checking_source.hpp"
#include "expand/expanding_source.hpp"
#include "fanout/base/text.hpp"
#include "os/cpus.hpp"
#include "os/folder_queue.hpp"
#include "os/output_queue.hpp"
#include "os/program_lookup.hpp"
#include "os/scratch_file.hpp"
#include "os/signals.hpp"
#include "os/standard_streams.hpp"
#include "os/terminal.hpp"
#include "report/announcer.hpp"
#include "report/closing_line.hpp"
#include "report/color.hpp"
#include "report/dry_run_sink.hpp"
#include "report/job_log.hpp"
#include "report/json_sinks.hpp"
#include "report/line_sink.hpp"
#include "report/people_writer.hpp"
#include "report/results_sink.hpp"
#include "report/settings_json.hpp"
#include "report/shelf.hpp"
#include "report/text_sink.hpp"
#include "run/pausable_source.hpp"
#include "run/runner.hpp"
#include "run/tee.hpp"

namespace fanout {
namespace {

Policy policy_of(const RunRequest& request) {
  const Settings& settings = request.settings;
  Policy policy;
  policy.max_workers = settings.max_workers.resolve(usable_processors());
  policy.timeout = settings.timeout;
  policy.grace = settings.grace;
  policy.leak_timeout = settings.leak_timeout;
  policy.on_leak = settings.on_leak;
  policy.deadline = settings.deadline;
  policy.pause = settings.pause;
  policy.rate = settings.rate;
  policy.retries = settings.retries;
  policy.retry_on = settings.retry_on;
  policy.backoff = settings.backoff;
  if (policy.backoff.has_jitter) policy.seed = std::random_device{}();
  policy.is_serial = settings.max_workers.is_serial();
  policy.halt = settings.halt;
  policy.known_jobs = request.known_jobs ? request.known_jobs : request.jobs->total();
  policy.resources = settings.resources;
  policy.first_start = request.first_start;
  if (request.mode == Mode::dry_run) {
    policy.pause = policy.deadline = Duration::zero();
    policy.rate.reset();
    policy.halt = {};
  }
  return policy;
}

/// What a share of the processors comes to on this machine.
void resolve_load(Settings& settings) {
  if (!settings.load) return;
  settings.load = LoadLimit{LoadLimit::Unit::load, settings.load->resolve(usable_processors())};
}

std::unique_ptr<Sink> dry_run_sink(const RunRequest& request, ByteWriter& out, BlobStore& waiting) {
  const ShellQuote quote = is_terminal(kStandardOutput) ? shell_quote_visibly : shell_quote;
  using When = DryRunSink::When;
  return std::make_unique<DryRunSink>(out, waiting, quote,
                                      request.is_checked ? When::at_once : When::all_or_none);
}

/// Whether what a job says can be passed on as it comes: nobody else says anything, and all of it
/// is wanted as it is.
bool can_pass_on(const RunRequest& request, std::uint32_t workers, const TextStreams& text) {
  const Settings& settings = request.settings;
  const bool is_all_wanted = settings.parse == Parse::text && !settings.capture;
  const OutputOptions& shown = request.shown;
  return workers == 1 && !request.workers_file && is_all_wanted && !shown.has_tags() &&
         !shown.results && text.is_out_exact();
}

/// How much of each output somebody may want to see when its job has ended.
std::optional<std::uint64_t> to_keep(const RunRequest& request) {
  const Settings& settings = request.settings;
  const bool is_written_at_end =
      settings.output != OutputForm::none && request.shown.delivery == Delivery::jobs;
  const bool is_wanted =
      is_written_at_end || settings.parse != Parse::text || request.shown.results.has_value();
  return is_wanted ? settings.capture : 0;
}

/// What results are written to and wait in.
struct ResultParts {
  Streams to;
  TextStreams& text;
  BlobStore& outputs;
  BlobStore& waiting;
  std::function<bool()> is_full;
};

/// Where jobs' outputs go before their end.
struct Outlets {
  Outlet outlet;
  std::function<std::unique_ptr<AttemptOutlets>(const StartAttempt&)> of_attempt;
};

std::unique_ptr<Sink> line_sink(const RunRequest& request, const ResultParts& parts,
                                Outlets& outlets) {
  auto sink = std::make_unique<LineSink>(parts.text.out(), parts.text.err(),
                                         LineStores{parts.outputs, parts.waiting, parts.is_full});
  const auto copy = to_keep(request) == 0 ? LineOutlets::Copy::none : LineOutlets::Copy::kept;
  outlets.of_attempt = [&to = *sink, tag = tag_of(request.shown), copy](const StartAttempt& order) {
    return std::make_unique<LineOutlets>(to, encoding_of(tag, order), copy);
  };
  return sink;
}

std::unique_ptr<Sink> text_sink(const RunRequest& request, std::uint32_t workers,
                                const ResultParts& parts, Outlets& outlets) {
  if (request.shown.delivery == Delivery::live) return nullptr;
  if (request.shown.delivery == Delivery::lines) return line_sink(request, parts, outlets);
  auto sink = std::make_unique<TextSink>(parts.text.out(), parts.text.err(), request.settings.order,
                                         parts.waiting, tag_of(request.shown));
  if (can_pass_on(request, workers, parts.text)) outlets.outlet = {&sink->out(), parts.is_full};
  return sink;
}

/// What results are written to. Sets `outlets` when it can take what jobs say before they end.
std::unique_ptr<Sink> result_sink(const RunRequest& request, RunInfo info, std::uint32_t workers,
                                  const ResultParts& parts, Outlets& outlets) {
  const Settings& settings = request.settings;
  const Order order = settings.order;
  ByteWriter& to = parts.to.out;
  BlobStore& waiting = parts.waiting;
  if (request.mode == Mode::dry_run) return dry_run_sink(request, to, waiting);
  switch (settings.output) {
    case OutputForm::json: return std::make_unique<JsonSink>(to, std::move(info), order, waiting);
    case OutputForm::jsonl:
      return std::make_unique<JsonLinesSink>(to, std::move(info), order, waiting);
    case OutputForm::values:
      return std::make_unique<ValuesSink>(to, std::move(info), order, waiting,
                                          settings.replace_failed.value_or(""));
    case OutputForm::text: return text_sink(request, workers, parts, outlets);
    case OutputForm::none: break;
  }
  return nullptr;
}

RunInfo info_of(const RunRequest& request, const Policy& policy, Machine& machine, Instant start) {
  return {{start, machine.loop().wall_now()},
          request.command_line,
          settings_json(request.settings, policy.max_workers),
          request.is_named};
}

Result<void> attach_inputs(const std::vector<InputStream*>& inputs, Machine& machine) {
  for (InputStream* input : inputs) {
    Result<void> attached =
        input->attach(machine.loop(), [&machine] { machine.inbox().push(InputArrived{}); });
    if (!attached) return attached;
  }
  return {};
}

/// The jobs of a request that wants results in a directory: each is shown to `places`.
std::unique_ptr<JobSource> placed(std::unique_ptr<JobSource> jobs, ResultsPlaces& places) {
  return std::make_unique<NotedJobs>(std::move(jobs),
                                     [&places](const JobSpec& job) { places.note(job); });
}

Result<std::unique_ptr<FolderQueue>> open_results(const RunRequest& request, Machine& machine,
                                                  std::function<void()> on_room) {
  const bool is_wanted = request.shown.results && request.mode == Mode::run;
  if (!is_wanted) return std::unique_ptr<FolderQueue>();
  auto opened = FolderQueue::open(machine.loop(), *request.shown.results, std::move(on_room));
  if (opened) return opened;
  return Error{opened.error().kind, "--results: " + opened.error().message};
}

/// Null where no progress is shown. `jobs` become those that it counts.
std::unique_ptr<ProgressDisplay> make_progress(const RunRequest& request, Machine& machine,
                                               OutputQueue& to, bool is_colored,
                                               std::unique_ptr<JobSource>& jobs) {
  if (!request.shown.has_progress || request.mode == Mode::dry_run) return nullptr;
  const std::optional<std::uint64_t> total =
      request.known_jobs ? request.known_jobs : request.shown.total;
  auto counted = std::make_unique<CountedJobs>(std::move(jobs), total);
  auto display = std::make_unique<ProgressDisplay>(
      machine, to, [&count = *counted] { return count.total(); }, is_colored);
  jobs = std::move(counted);
  return display;
}

/// What of the results could not be written or kept.
std::vector<Error> failures_of(const Tee& tee, const OutputQueue& output, const FolderQueue* files,
                               const Ending& end) {
  std::vector<Error> failures = tee.failures();
  std::ranges::copy(output.untold_errors(), std::back_inserter(failures));
  if (files != nullptr && files->untold_error()) failures.push_back(*files->untold_error());
  if (end.loss()) failures.push_back(*end.loss());
  return failures;
}

std::unique_ptr<LocalExecutor> make_executor(const RunRequest& request, Machine& machine,
                                             BlobStore& outputs, Outlets outlets) {
  if (request.mode == Mode::dry_run) return nullptr;
  const OutputForm form = request.settings.output;
  const bool is_in_json = form != OutputForm::text && form != OutputForm::none;
  LocalExecutorOptions options;
  if (request.shown.delivery == Delivery::live) options.stdio = LocalExecutorOptions::Stdio::live;
  options.capture.limit = to_keep(request);
  options.capture.is_text_asked = is_in_json || request.shown.results;
  options.outlet = std::move(outlets.outlet);
  options.outlets = std::move(outlets.of_attempt);
  options.resources = request.settings.resources;
  options.parse = output_parser(request.settings.parse);
  options.lender = request.lender.get();
  options.waits_for_trees = request.settings.on_leak == OnLeak::kill;
  options.terms = request.settings.terms;
  return make_local_executor(machine, outputs, std::move(options));
}

/// The exit code of a run, or death by the signal that ended it.
int conclude(const std::optional<Error>& input_error, const std::vector<Error>& failures,
             const Ending& end, const Settings& settings, int signal) {
  ExitCode problem = ExitCode::success;
  const bool all_succeeded = end.summary().succeeded == end.summary().jobs;
  if (all_succeeded && end.verdict().is_late && !settings.silent) {
    complain("the deadline came before the end of the input");
  }
  if (end.cut_by() == RunCancelling::Reason::not_possible) {
    complain("no job can be started: " + end.summary().workers_limited_by);
    problem = ExitCode::not_possible;
  }
  if (input_error) problem = stronger(problem, report(*input_error));
  for (const Error& failure : failures) {
    if (failure.kind == ErrorKind::reader_gone) die_by(SIGPIPE);
    report(failure);
    problem = stronger(problem, ExitCode::output_failed);
  }
  if (signal != 0) die_by(signal);
  const Verdict verdict = settings.silent ? Verdict() : end.verdict();
  return exit_code(settings.exit_status, verdict, problem);
}

}  // namespace

bool is_program(std::string_view name) {
  static ProgramLookup lookup;
  return lookup.is_executable_name(name);
}

std::unique_ptr<JobSource> expanded(std::unique_ptr<JobSource> jobs, const OutputOptions& shown) {
  jobs = std::make_unique<ExpandingSource>(std::move(jobs), is_program);
  if (!shown.tag_text) return jobs;
  return std::make_unique<CheckingSource>(std::move(jobs), *shown.tag_text, "--tag-string");
}

int execute(RunRequest request) {
  const auto refuse = [style = request.settings.exit_status](const Error& error) {
    return exit_code(style, report(error));
  };
  ScratchFile scratch;
  BlobStore outputs(scratch);
  BlobStore waiting(scratch, Shelf::kLimits);
  Result<std::unique_ptr<Machine>> opened = Machine::open();
  if (!opened) return refuse(opened.error());
  Machine& machine = **opened;
  std::unique_ptr<LocalExecutor> local;
  const auto on_room = [&machine, &local] {
    machine.inbox().push(InputArrived{});
    if (local) local->read_on();
  };
  auto queue = OutputQueue::open(machine.loop(),
                                 {on_room, [&machine] { machine.inbox().push(ReaderGone{}); }});
  if (!queue) return refuse(queue.error());
  OutputQueue& output = **queue;
  auto results = open_results(request, machine, on_room);
  if (!results) return refuse(results.error());
  FolderQueue* const files = results->get();
  if (const Result<void> attached = attach_inputs(request.live_inputs, machine); !attached) {
    return refuse(attached.error());
  }
  request.settings.order = resolve_order(request.settings);
  resolve_load(request.settings);
  const Policy policy = policy_of(request);
  const Instant start = machine.reactor().now();
  const bool is_colored =
      fanout::is_colored(request.shown.color, std::getenv, is_terminal(kStandardError));
  ResultsPlaces places(request.results_layout);
  std::unique_ptr<JobSource> source = std::move(request.jobs);
  if (files != nullptr) source = placed(std::move(source), places);
  auto progress = make_progress(request, machine, output, is_colored, source);
  PausableSource jobs(std::move(source), [&output, files] {
    return output.is_full() || (files != nullptr && files->is_full());
  });

  auto ending = std::make_unique<Ending>(policy.halt);
  const Ending& end = *ending;
  const Streams to = progress ? progress->streams() : Streams{output.out(), output.err()};
  const Result<std::unique_ptr<Throttle>> throttle = Throttle::open(request, machine, to.err);
  if (!throttle) return refuse(throttle.error());
  TextStreams text(to, request.shown.controls);
  PeopleWriter people(to.err);
  const RunInfo info = info_of(request, policy, machine, start);
  Tee tee;
  Outlets outlets;
  if (files != nullptr) tee.add(std::make_unique<ResultsSink>(*files, places, info.clock));
  const ResultParts parts{to, text, outputs, waiting, [&output] { return output.is_full(); }};
  if (auto sink = result_sink(request, info, policy.max_workers, parts, outlets)) {
    tee.add(std::move(sink));
  }
  if (request.job_log) tee.add(std::make_unique<JobLog>(*request.job_log, info.clock));
  if (progress) tee.add(std::move(progress));
  const bool is_quiet = request.settings.silent || request.mode == Mode::dry_run;
  if (!is_quiet) tee.add(std::make_unique<ClosingLine>(people, is_colored));
  tee.add(std::move(ending));

  make_descriptors_for(policy.max_workers, request.lender != nullptr);
  local = make_executor(request, machine, outputs, std::move(outlets));
  if (local && request.lender) machine.before_wait([&local] { local->feed(); });
  tee.add(std::make_unique<Announcer>(
      people, [&local](const AttemptId& id) { return local ? local->process_of(id) : 0; }));
  DryRunExecutor dry_run(machine.reactor(), machine.inbox());
  Executor& executor = local ? static_cast<Executor&>(*local) : dry_run;
  Scheduler scheduler(policy, start);
  (*throttle)->prime(scheduler, start);
  const std::optional<Error> input_error = run(jobs, scheduler, executor, machine.reactor(), tee);
  if (local && end.ended_all()) local->kill_unclaimed();
  machine.finish_writing(output, [files] { return files != nullptr && !files->is_empty(); });
  local.reset();  // before anything that does not return
  return conclude(input_error, failures_of(tee, output, files, end), end, request.settings,
                  machine.signal());
}

}  // namespace fanout
