#include "cli/execute_xargs.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "cli/errno_text.hpp"
#include "cli/local_jobs.hpp"
#include "cli/machine.hpp"
#include "cli/terminal_approval.hpp"
#include "cli/throttle.hpp"
#include "fanout/notice.hpp"
#include "os/fd_writer.hpp"
#include "os/input_stream.hpp"
#include "os/output_queue.hpp"
#include "os/scratch_file.hpp"
#include "os/signals.hpp"
#include "os/standard_streams.hpp"
#include "report/json_sinks.hpp"
#include "report/settings_json.hpp"
#include "report/shelf.hpp"
#include "report/text_sink.hpp"
#include "run/pausable_source.hpp"
#include "run/runner.hpp"
#include "run/tee.hpp"
#include "xargs/command_packer.hpp"
#include "xargs/command_status.hpp"
#include "xargs/shell_words.hpp"

namespace fanout {
namespace {

constexpr int kOtherError = 1;

/// A signal killed it: ^C perhaps, which is then on its way to us as well.
bool is_death(const Notice& notice) {
  const auto* ended = std::get_if<AttemptEnded>(&notice);
  return ended != nullptr && std::holds_alternative<Signaled>(ended->end);
}

/// Reads on for the next command before it waits, as GNU xargs does while a command runs. Of what
/// is typed at the terminal it hears together with the deaths that come of it.
class ReadingAhead : public Reactor {
 public:
  ReadingAhead(Reactor& inner, CommandPacker& packer) : inner_(inner), packer_(packer) {}

  Instant now() override { return inner_.now(); }
  void wait(std::optional<Instant> deadline, std::vector<Notice>& news) override {
    packer_.read_ahead();
    inner_.wait(deadline, news);
    if (std::ranges::any_of(news, is_death)) inner_.wait(Instant::min(), news);
    packer_.hold(false);
  }

 private:
  Reactor& inner_;
  CommandPacker& packer_;
};

/// After a start that failed nothing more is started before it is known what follows from that.
class CheckedStarts : public Executor {
 public:
  CheckedStarts(LocalExecutor& inner, CommandPacker& packer, Inbox& inbox)
      : inner_(inner), packer_(packer), inbox_(inbox) {}

  void start(const StartAttempt& order) override {
    inner_.start(order);
    if (inner_.process_of(order.id) != 0) return;
    packer_.hold(true);
    inbox_.push(InputArrived{});
  }
  void stop(const StopAttempt& order) override { inner_.stop(order); }

 private:
  LocalExecutor& inner_;
  CommandPacker& packer_;
  Inbox& inbox_;
};

Policy policy_of(const XargsOptions& options) {
  Policy policy;
  const Settings usual;
  policy.grace = usual.grace;
  policy.leak_timeout = usual.leak_timeout;
  policy.max_workers = options.max_procs == 0 ? WorkerLimit::kUnlimited
                                              : static_cast<std::uint32_t>(options.max_procs);
  return policy;
}

LocalExecutorOptions executor_options(const XargsOptions& options) {
  LocalExecutorOptions made;
  made.stdio =
      options.groups ? LocalExecutorOptions::Stdio::capture : LocalExecutorOptions::Stdio::live;
  made.live_group = ProcessGroup::shared;
  made.capture.is_text_asked = options.report.has_value();
  made.variables.own = JobVariables::Own::unmarked;
  made.variables.slot = options.slot_variable.value_or("");
  return made;
}

Result<std::unique_ptr<InputStream>> open_input(const XargsOptions& options, Machine& machine) {
  Result<std::unique_ptr<InputStream>> input = InputStream::open(options.arg_file);
  if (!input) {
    return usage_error("Cannot open input file " + xargs_name(options.arg_file) + ": " +
                       errno_text(input.error()));
  }
  const auto on_ready = [&machine] { machine.inbox().push(InputArrived{}); };
  if (Result<void> attached = (*input)->attach(machine.loop(), on_ready); !attached) {
    return std::move(attached).error();
  }
  return input;
}

/// Null where commands write for themselves: when nobody reads that any more it is their business.
Result<std::unique_ptr<OutputQueue>> open_output(const XargsOptions& options, Machine& machine) {
  if (!options.groups) return std::unique_ptr<OutputQueue>();
  return OutputQueue::open(machine.loop(), {[&machine] { machine.inbox().push(InputArrived{}); },
                                            [&machine] { machine.inbox().push(ReaderGone{}); }});
}

std::unique_ptr<Sink> output_sink(const XargsOptions& options, OutputQueue& output,
                                  BlobStore& waiting) {
  const Order order = options.keeps_order ? Order::input : Order::completion;
  return std::make_unique<TextSink>(output.out(), output.err(), order, waiting, TagOf());
}

/// --report: a file of JSON lines.
struct Report {
  Fd file;
  std::unique_ptr<FdWriter> writer;
};

Result<Report> open_report(const std::string& path) {
  auto opened = open_for_writing(path);
  if (auto* failure = std::get_if<SystemFailure>(&opened)) return usage_error(failure->message());
  Report report{std::get<Fd>(std::move(opened)), nullptr};
  report.writer = std::make_unique<FdWriter>(report.file.get(), path);
  return report;
}

std::unique_ptr<Sink> report_sink(Report& report, const XargsOptions& options, Machine& machine,
                                  const std::vector<std::string>& command_line,
                                  BlobStore& waiting) {
  const Policy policy = policy_of(options);
  RunInfo info{machine.clock(), command_line, settings_json(Settings(), policy.max_workers), false};
  const Order order = options.keeps_order ? Order::input : Order::completion;
  return std::make_unique<JsonLinesSink>(*report.writer, std::move(info), order, waiting);
}

/// What could not be written, or read. GNU xargs says no more of the latter either.
int told(const Tee& sinks, const OutputQueue* output, const CommandPacker& packer, int status,
         XargsNotes& notes) {
  std::vector<Error> failures = sinks.failures();
  if (output != nullptr) std::ranges::copy(output->untold_errors(), std::back_inserter(failures));
  if (packer.show_failure()) failures.push_back(*packer.show_failure());
  for (const Error& error : failures) {
    if (error.kind == ErrorKind::reader_gone) die_by(SIGPIPE);
    notes.say(error.message);
    status = kOtherError;
  }
  if (packer.reader().failure()) {
    notes.say("error closing file: " + errno_text(*packer.reader().failure()));
    status = kOtherError;
  }
  if (notes.is_reader_gone()) die_by(SIGPIPE);
  return status;
}

}  // namespace

int execute_xargs(const XargsOptions& options, const ArgumentSpace& space,
                  const std::vector<std::string>& command_line, XargsNotes& notes) {
  const auto refuse = [&notes](const Error& error) {
    notes.say(error.message);
    return kOtherError;
  };
  ScratchFile scratch;
  BlobStore outputs(scratch);
  BlobStore waiting(scratch, Shelf::kLimits);
  Result<std::unique_ptr<Machine>> opened = Machine::open();
  if (!opened) return refuse(opened.error());
  Machine& machine = **opened;
  machine.take_signals_for_workers();
  const auto wake = [&machine] { machine.inbox().push(InputArrived{}); };
  Result<std::unique_ptr<InputStream>> input = open_input(options, machine);
  if (!input) return refuse(input.error());
  InputStream& stream = **input;
  TerminalApproval approval(machine.loop(), notes, wake);
  CommandPacker packer(options, space, std::move(*input), notes, &approval);
  Result<std::unique_ptr<OutputQueue>> output = open_output(options, machine);
  if (!output) return refuse(output.error());
  OutputQueue* const queue = output->get();

  Report report;
  Tee sinks;
  if (queue != nullptr) sinks.add(output_sink(options, *queue, waiting));
  if (options.report) {
    Result<Report> file = open_report(*options.report);
    if (!file) return refuse(file.error());
    report = std::move(*file);
    sinks.add(report_sink(report, options, machine, command_line, waiting));
  }
  const auto is_being_ended = [&machine] { return machine.signal() != 0; };
  auto judge = std::make_unique<CommandStatus>(options, packer, notes,
                                               CommandStatus::Calls{wake, is_being_ended});
  const CommandStatus& status = *judge;
  sinks.add(std::move(judge));

  const Policy policy = policy_of(options);
  make_descriptors_for(policy.max_workers, false);
  auto executor = make_local_executor(machine, outputs, executor_options(options));
  CheckedStarts starts(*executor, packer, machine.inbox());
  ReadingAhead reactor(machine.reactor(), packer);
  PausableSource jobs(packer, [queue] { return queue != nullptr && queue->is_full(); });
  Scheduler scheduler(policy, reactor.now());
  // What was wrong with the input was said where it was found.
  static_cast<void>(run(jobs, scheduler, starts, reactor, sinks));
  if (queue != nullptr) machine.finish_writing(*queue, [] { return false; });
  if (!options.has_arg_file) stream.give_back(packer.reader().unused());
  executor.reset();  // before anything that does not return
  if (machine.signal() != 0) die_by(machine.signal());
  return told(sinks, queue, packer, status.exit_status(), notes);
}

}  // namespace fanout
