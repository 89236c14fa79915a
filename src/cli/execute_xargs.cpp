#include "cli/execute_xargs.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "cli/errno_text.hpp"
#include "cli/local_jobs.hpp"
#include "cli/machine.hpp"
#include "cli/terminal_approval.hpp"
#include "os/descriptor_limit.hpp"
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
#include "run/runner.hpp"
#include "run/tee.hpp"
#include "xargs/command_packer.hpp"
#include "xargs/command_status.hpp"
#include "xargs/shell_words.hpp"

namespace fanout {
namespace {

constexpr int kOtherError = 1;

/// Reads on for the next command before it waits, as GNU xargs does while a command runs.
class ReadingAhead : public Reactor {
 public:
  ReadingAhead(Reactor& inner, CommandPacker& packer) : inner_(inner), packer_(packer) {}

  Instant now() override { return inner_.now(); }
  void wait(std::optional<Instant> deadline, std::vector<Notice>& news) override {
    packer_.read_ahead();
    inner_.wait(deadline, news);
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

/// The packer, asked for nothing while output piles up that nobody takes.
class Paced : public JobSource {
 public:
  /// `output` may be null.
  Paced(JobSource& inner, const OutputQueue* output) : inner_(inner), output_(output) {}

  NextJob next() override {
    const bool is_full = output_ != nullptr && output_->is_full();
    return !is_stopped_ && is_full ? NextJob(NotYet{}) : inner_.next();
  }
  void stop_reading() override {
    is_stopped_ = true;
    inner_.stop_reading();
  }

 private:
  JobSource& inner_;
  const OutputQueue* output_;
  bool is_stopped_ = false;
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

/// Its pidfd and its two outputs for each command, and our own.
std::uint64_t descriptors_for(std::uint32_t workers) {
  constexpr std::uint64_t kOwn = 64;
  return kOwn + std::uint64_t{3} * workers;
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
  RunInfo info{machine.clock(),
               command_line,
               settings_json(Settings(), policy.max_workers),
               false};
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
  const auto is_being_ended = [&machine] {
    machine.loop().run_until(Instant::min());  // it may be on its way behind the command's end
    return machine.signal() != 0;
  };
  auto judge = std::make_unique<CommandStatus>(options, packer, notes,
                                               CommandStatus::Calls{wake, is_being_ended});
  const CommandStatus& status = *judge;
  sinks.add(std::move(judge));

  const Policy policy = policy_of(options);
  raise_descriptor_limit(descriptors_for(policy.max_workers));
  auto executor = make_local_executor(machine, outputs, executor_options(options));
  CheckedStarts starts(*executor, packer, machine.inbox());
  ReadingAhead reactor(machine.reactor(), packer);
  Paced jobs(packer, queue);
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
