#include "cli/execute.hpp"

#include <algorithm>
#include <csignal>
#include <iterator>
#include <optional>
#include <random>
#include <utility>

#include "cli/config.hpp"
#include "cli/ending.hpp"
#include "cli/exit_code.hpp"
#include "cli/local_jobs.hpp"
#include "cli/machine.hpp"
#include "cli/messages.hpp"
#include "cli/output_value.hpp"
#include "cli/throttle.hpp"
#include "exec/dry_run_executor.hpp"
#include "fanout/base/text.hpp"
#include "os/cpus.hpp"
#include "os/output_queue.hpp"
#include "os/program_lookup.hpp"
#include "os/scratch_file.hpp"
#include "os/signals.hpp"
#include "os/standard_streams.hpp"
#include "os/terminal.hpp"
#include "report/announcer.hpp"
#include "report/closing_line.hpp"
#include "report/dry_run_sink.hpp"
#include "report/job_log.hpp"
#include "report/json_sinks.hpp"
#include "report/people_writer.hpp"
#include "report/settings_json.hpp"
#include "report/shelf.hpp"
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
  policy.known_jobs = request.known_jobs;
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
  return workers == 1 && !request.workers_file && is_all_wanted && request.tag == Tag::none &&
         text.is_out_exact();
}

std::unique_ptr<TextSink> text_sink(const RunRequest& request, TextStreams& text,
                                    BlobStore& waiting) {
  return std::make_unique<TextSink>(text.out(), text.err(), request.settings.order, waiting,
                                    request.tag);
}

/// What results are written to. Sets `outlet` when it can take what jobs say before they end.
std::unique_ptr<Sink> result_sink(const RunRequest& request, RunInfo info, std::uint32_t workers,
                                  OutputQueue& to, TextStreams& text, BlobStore& waiting,
                                  Outlet& outlet) {
  const Settings& settings = request.settings;
  const Order order = settings.order;
  if (request.mode == Mode::dry_run) return dry_run_sink(request, to.out(), waiting);
  switch (settings.output) {
    case OutputForm::json:
      return std::make_unique<JsonSink>(to.out(), std::move(info), order, waiting);
    case OutputForm::jsonl:
      return std::make_unique<JsonLinesSink>(to.out(), std::move(info), order, waiting);
    case OutputForm::values:
      return std::make_unique<ValuesSink>(to.out(), std::move(info), order, waiting,
                                          settings.replace_failed.value_or(""));
    case OutputForm::text: {
      auto sink = text_sink(request, text, waiting);
      if (can_pass_on(request, workers, text)) {
        outlet = {&sink->out(), [&to] { return to.is_full(); }};
      }
      return sink;
    }
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

/// What of the results could not be written or kept.
std::vector<Error> failures_of(const Tee& tee, const OutputQueue& output, const Ending& end) {
  std::vector<Error> failures = tee.failures();
  std::ranges::copy(output.untold_errors(), std::back_inserter(failures));
  if (end.loss()) failures.push_back(*end.loss());
  return failures;
}

/// How much of each output somebody may want to see.
std::optional<std::uint64_t> to_keep(const Settings& settings) {
  if (settings.output == OutputForm::none && settings.parse == Parse::text) return 0;
  return settings.capture;
}

std::unique_ptr<LocalExecutor> make_executor(const RunRequest& request, Machine& machine,
                                             BlobStore& outputs, Outlet outlet) {
  if (request.mode == Mode::dry_run) return nullptr;
  const OutputForm form = request.settings.output;
  LocalExecutorOptions options;
  options.capture.limit = to_keep(request.settings);
  options.capture.is_text_asked = form != OutputForm::text && form != OutputForm::none;
  options.outlet = std::move(outlet);
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
  PausableSource jobs(std::move(request.jobs), [&output] { return output.is_full(); });
  if (const Result<void> attached = attach_inputs(request.live_inputs, machine); !attached) {
    return refuse(attached.error());
  }
  request.settings.order = resolve_order(request.settings);
  resolve_load(request.settings);
  const Result<std::unique_ptr<Throttle>> throttle = Throttle::open(request, machine, output.err());
  if (!throttle) return refuse(throttle.error());
  const Policy policy = policy_of(request);
  const Instant start = machine.reactor().now();

  auto ending = std::make_unique<Ending>(policy.halt);
  const Ending& end = *ending;
  TextStreams text(output, request.controls);
  PeopleWriter people(output.err());
  Tee tee;
  Outlet outlet;
  const RunInfo info = info_of(request, policy, machine, start);
  if (auto sink = result_sink(request, info, policy.max_workers, output, text, waiting, outlet)) {
    tee.add(std::move(sink));
  }
  if (request.job_log) tee.add(std::make_unique<JobLog>(*request.job_log, info.clock));
  const bool is_quiet = request.settings.silent || request.mode == Mode::dry_run;
  if (!is_quiet) tee.add(std::make_unique<ClosingLine>(people));
  tee.add(std::move(ending));

  make_descriptors_for(policy.max_workers, request.lender != nullptr);
  local = make_executor(request, machine, outputs, std::move(outlet));
  if (local && request.lender) machine.before_wait([&local] { local->feed(); });
  tee.add(std::make_unique<Announcer>(
      people, [&local](const AttemptId& id) { return local ? local->process_of(id) : 0; }));
  DryRunExecutor dry_run(machine.reactor(), machine.inbox());
  Executor& executor = local ? static_cast<Executor&>(*local) : dry_run;
  Scheduler scheduler(policy, start);
  (*throttle)->prime(scheduler, start);
  const std::optional<Error> input_error = run(jobs, scheduler, executor, machine.reactor(), tee);
  if (local && end.ended_all()) local->kill_unclaimed();
  machine.finish_writing(output);
  local.reset();  // before anything that does not return
  return conclude(input_error, failures_of(tee, output, end), end, request.settings,
                  machine.signal());
}

}  // namespace fanout
