#include "cli/execute.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <iterator>
#include <optional>
#include <random>
#include <utility>

#include "cli/config.hpp"
#include "cli/ending.hpp"
#include "cli/machine.hpp"
#include "cli/messages.hpp"
#include "cli/output_value.hpp"
#include "exec/dry_run_executor.hpp"
#include "fanout/base/overloaded.hpp"
#include "os/cpus.hpp"
#include "os/output_queue.hpp"
#include "os/program_lookup.hpp"
#include "os/scratch_file.hpp"
#include "os/signals.hpp"
#include "os/terminal.hpp"
#include "report/closing_line.hpp"
#include "report/dry_run_sink.hpp"
#include "report/json_sinks.hpp"
#include "report/settings_json.hpp"
#include "run/pausable_source.hpp"
#include "run/runner.hpp"
#include "run/tee.hpp"

namespace fanout {
namespace {

Result<std::unique_ptr<Scratch>> make_scratch() {
  return std::unique_ptr<Scratch>(std::make_unique<ScratchFile>());
}

std::string new_run_id() {
  std::random_device random;
  char id[17];
  std::snprintf(id, sizeof id, "%08x%08x", random(), random());
  return id;
}

Policy policy_of(const Settings& settings) {
  Policy policy;
  policy.max_workers = settings.max_workers.resolve(usable_processors());
  policy.timeout = settings.timeout;
  policy.grace = settings.grace;
  policy.deadline = settings.deadline;
  policy.pause = settings.pause;
  policy.retries = settings.retries;
  policy.on_failure = settings.on_failure;
  return policy;
}

std::unique_ptr<Sink> result_sink(const RunRequest& request, RunInfo info, OutputQueue& to) {
  const Settings& settings = request.settings;
  const Order order = settings.order;
  if (request.mode == Mode::dry_run) return std::make_unique<DryRunSink>(to.out(), make_scratch);
  switch (settings.output) {
    case OutputForm::json:
      return std::make_unique<JsonSink>(to.out(), std::move(info), order, make_scratch);
    case OutputForm::jsonl:
      return std::make_unique<JsonLinesSink>(to.out(), std::move(info), order, make_scratch);
    case OutputForm::text:
      return std::make_unique<TextSink>(to.out(), to.err(), order, make_scratch, request.tag);
    case OutputForm::values:
      return std::make_unique<ValuesSink>(to.out(), std::move(info), order, make_scratch,
                                          settings.replace_failed.value_or(""));
    case OutputForm::none: break;
  }
  return nullptr;
}

std::unique_ptr<Executor> make_executor(const RunRequest& request, Machine& machine) {
  if (request.mode == Mode::dry_run) {
    return std::make_unique<DryRunExecutor>(machine.reactor(), machine.inbox());
  }
  LocalExecutorOptions options;
  options.capture_limit = request.settings.capture;
  options.parse = output_parser(request.settings.parse);
  options.run_id = new_run_id();
  return std::make_unique<LocalExecutor>(machine.loop(), machine.inbox(), std::move(options));
}

/// The exit code of a run, or death by the signal that ended it.
ExitCode conclude(const std::optional<Error>& input_error, const std::vector<Error>& failures,
                  const Ending& end, bool is_silent, int signal) {
  ExitCode code = ExitCode::success;
  const bool all_succeeded = end.summary().succeeded == end.summary().jobs;
  if ((!all_succeeded || end.is_cut()) && !is_silent) code = ExitCode::job_failed;
  if (all_succeeded && end.is_cut() && !is_silent) {
    complain("the deadline came before the end of the input");
  }
  if (input_error) code = stronger(code, report(*input_error));
  for (const Error& failure : failures) {
    if (failure.kind == ErrorKind::reader_gone) die_by(SIGPIPE);
    report(failure);
    code = stronger(code, ExitCode::output_failed);
  }
  if (signal != 0) die_by(signal);
  return code;
}

int exit_code_of_call(const Outcome& outcome) {
  constexpr int kTimedOut = 124;    // as timeout(1)
  constexpr int kSignalBase = 128;  // as sh(1)
  if (std::holds_alternative<TimedOut>(outcome)) return kTimedOut;
  const std::optional<ExitStatus> status = exit_status(outcome);
  if (!status) return static_cast<int>(ExitCode::not_possible);
  return std::visit(Overloaded{
                        [](const Exited& end) { return end.code; },
                        [](const Signaled& end) { return kSignalBase + end.number; },
                    },
                    *status);
}

/// What the caller of a plain command could not know from its exit code.
bool is_worth_saying(const Outcome& outcome) {
  return !std::holds_alternative<Exited>(outcome) && !std::holds_alternative<Signaled>(outcome);
}

}  // namespace

bool is_program(std::string_view name) {
  static ProgramLookup lookup;
  return lookup.is_executable_name(name);
}

ExitCode execute(RunRequest request) {
  Result<std::unique_ptr<Machine>> opened = Machine::open();
  if (!opened) return report(opened.error());
  Machine& machine = **opened;
  auto queue =
      OutputQueue::open(machine.loop(), {[&machine] { machine.inbox().push(InputArrived{}); },
                                         [&machine] { machine.inbox().push(ReaderGone{}); }});
  if (!queue) return report(queue.error());
  OutputQueue& output = **queue;
  PausableSource jobs(std::move(request.jobs), [&output] { return output.is_full(); });
  if (request.live_input != nullptr) {
    const Result<void> attached = request.live_input->attach(
        machine.loop(), [&machine] { machine.inbox().push(InputArrived{}); });
    if (!attached) return report(attached.error());
  }
  request.settings.order = resolve_order(request.settings);
  Policy policy = policy_of(request.settings);
  if (request.mode == Mode::dry_run) policy.pause = policy.deadline = Duration::zero();
  const Instant start = machine.reactor().now();
  RunInfo info{{start, machine.loop().wall_now()},
               request.command_line,
               settings_json(request.settings, policy.max_workers),
               request.is_named};

  auto ending = std::make_unique<Ending>();
  const Ending& end = *ending;
  Tee tee;
  if (auto sink = result_sink(request, std::move(info), output)) tee.add(std::move(sink));
  const bool is_quiet = request.settings.silent || request.mode == Mode::dry_run;
  if (!is_quiet) tee.add(std::make_unique<ClosingLine>(output.err()));
  tee.add(std::move(ending));

  const std::unique_ptr<Executor> executor = make_executor(request, machine);
  Scheduler scheduler(policy, start);
  const std::optional<Error> input_error = run(jobs, scheduler, *executor, machine.reactor(), tee);
  machine.finish_writing(output);
  std::vector<Error> failures = tee.failures();
  std::ranges::copy(output.untold_errors(), std::back_inserter(failures));
  return conclude(input_error, failures, end, request.settings.silent, machine.signal());
}

int execute_call(const Settings& settings, std::unique_ptr<JobSource> job) {
  Result<std::unique_ptr<Machine>> opened = Machine::open();
  if (!opened) return static_cast<int>(report(opened.error()));
  Machine& machine = **opened;
  if (has_terminal()) machine.leave_interrupts_to_job();
  LocalExecutorOptions options;
  options.stdio = LocalExecutorOptions::Stdio::inherit;
  options.run_id = new_run_id();
  LocalExecutor executor(machine.loop(), machine.inbox(), std::move(options));
  Policy policy;  // a plain call: of the settings only those of an attempt
  policy.timeout = settings.timeout;
  policy.grace = settings.grace;
  policy.retries = settings.retries;
  Scheduler scheduler(policy, machine.reactor().now());
  auto ending = std::make_unique<Ending>();
  const Ending& end = *ending;
  Tee sinks;
  sinks.add(std::move(ending));
  if (const auto error = run(*job, scheduler, executor, machine.reactor(), sinks)) {
    return static_cast<int>(report(*error));
  }
  if (machine.signal() != 0) die_by(machine.signal());
  const Outcome& outcome = *end.last_outcome();
  // A job that died of what was typed was meant to, and so is whoever waits for us.
  const auto* signaled = std::get_if<Signaled>(&outcome);
  if (signaled != nullptr && signaled->number == machine.interrupt()) die_by(machine.interrupt());
  if (is_worth_saying(outcome)) complain(describe(outcome));
  return exit_code_of_call(outcome);
}

}  // namespace fanout
