#include "cli/execute_call.hpp"

#include <utility>

#include "cli/ending.hpp"
#include "cli/exit_code.hpp"
#include "cli/local_jobs.hpp"
#include "cli/machine.hpp"
#include "cli/messages.hpp"
#include "cli/run_policy.hpp"
#include "os/fd_writer.hpp"
#include "os/scratch_file.hpp"
#include "os/signals.hpp"
#include "os/standard_streams.hpp"
#include "os/terminal.hpp"
#include "report/announcer.hpp"
#include "run/runner.hpp"
#include "run/tee.hpp"

namespace fanout {
namespace {

int report_not_possible(const Ending& end) {
  complain("it cannot be started: " + end.summary().workers_limited_by);
  return static_cast<int>(ExitCode::not_possible);
}

}  // namespace

int execute_call(const Settings& settings, std::unique_ptr<JobSource> job) {
  ScratchFile scratch;
  BlobStore outputs(scratch);  // of which there are none
  Result<std::unique_ptr<Machine>> opened = Machine::open();
  if (!opened) return static_cast<int>(report(opened.error()));
  Machine& machine = **opened;
  if (has_terminal()) machine.leave_interrupts_to_job();
  LocalExecutorOptions options;
  options.stdio = LocalExecutorOptions::Stdio::inherit;
  options.terms = settings.terms;
  std::unique_ptr<LocalExecutor> executor =
      make_local_executor(machine, outputs, std::move(options));
  // A plain call: of the settings only those of an attempt.
  Scheduler scheduler(attempt_policy_of(settings), machine.reactor().now());
  auto ending = std::make_unique<Ending>();
  const Ending& end = *ending;
  Tee sinks;
  sinks.add(std::move(ending));
  FdWriter people(kStandardError, "standard error");
  sinks.add(std::make_unique<Announcer>(
      people, [&executor](const AttemptId& id) { return executor->process_of(id); }));
  const std::optional<Error> error = run(*job, scheduler, *executor, machine.reactor(), sinks);
  executor.reset();  // before anything that does not return
  if (error) return static_cast<int>(report(*error));
  if (machine.signal() != 0) die_by(machine.signal());
  if (end.cut_by() == RunCancelling::Reason::not_possible) return report_not_possible(end);
  const Outcome& outcome = *end.last_outcome();
  // A job that died of what was typed was meant to, and so is whoever waits for us.
  const auto* signaled = std::get_if<Signaled>(&outcome);
  if (signaled != nullptr && signaled->number == machine.interrupt()) die_by(machine.interrupt());
  if (!is_plain_end(outcome)) complain(describe(outcome));
  return exit_code_of_call(outcome);
}

}  // namespace fanout
