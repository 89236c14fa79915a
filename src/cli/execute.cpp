#include "cli/execute.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <optional>
#include <utility>

#include "cli/config.hpp"
#include "cli/counted_jobs.hpp"
#include "cli/ending.hpp"
#include "cli/exit_code.hpp"
#include "cli/local_jobs.hpp"
#include "cli/machine.hpp"
#include "cli/messages.hpp"
#include "cli/noted_jobs.hpp"
#include "cli/output_value.hpp"
#include "cli/progress_display.hpp"
#include "cli/recording.hpp"
#include "cli/result_sinks.hpp"
#include "cli/run_policy.hpp"
#include "cli/runner_presence.hpp"
#include "cli/text_streams.hpp"
#include "cli/throttle.hpp"
#include "exec/dry_run_executor.hpp"
#include "expand/checking_source.hpp"
#include "expand/expanding_source.hpp"
#include "os/cpus.hpp"
#include "os/folder_queue.hpp"
#include "os/output_queue.hpp"
#include "os/own_process.hpp"
#include "os/program_lookup.hpp"
#include "os/scratch_file.hpp"
#include "os/signals.hpp"
#include "os/standard_streams.hpp"
#include "os/terminal.hpp"
#include "report/announcer.hpp"
#include "report/closing_line.hpp"
#include "report/color.hpp"
#include "report/job_log.hpp"
#include "report/people_writer.hpp"
#include "report/results_sink.hpp"
#include "report/settings_json.hpp"
#include "report/shelf.hpp"
#include "run/pausable_source.hpp"
#include "run/runner.hpp"
#include "run/tee.hpp"

namespace fanout {
namespace {

/// What a share of the processors comes to on this machine.
void resolve_load(Settings& settings) {
  if (!settings.load) return;
  settings.load = LoadLimit{LoadLimit::Unit::load, settings.load->resolve(usable_processors())};
}

RunInfo info_of(const RunRequest& request, const Policy& policy, Machine& machine) {
  return {machine.clock(), request.command_line,
          settings_json(request.settings, policy.max_workers), request.is_named};
}

Result<void> attach_inputs(const std::vector<LiveInput*>& inputs, Machine& machine) {
  for (LiveInput* input : inputs) {
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

/// Null where no directory of results is wanted.
Result<std::unique_ptr<FolderQueue>> open_results(const RunRequest& request, Machine& machine,
                                                  std::function<void()> on_room) {
  const bool is_wanted = request.shown.results && request.mode == Mode::run;
  if (!is_wanted) return std::unique_ptr<FolderQueue>();
  auto opened = FolderQueue::open(machine.loop(), *request.shown.results, std::move(on_room));
  if (opened) return opened;
  return usage_error("--results: " + opened.error().message);
}

SessionInfo session_of(const RunRequest& request, const Policy& policy, const RunInfo& info) {
  SessionInfo session;
  session.clock = info.clock;
  session.command_line = info.command_line;
  session.directory = working_directory();
  session.settings_json = info.settings_json;
  session.is_named = info.is_named;
  session.output = name_of(request.settings.output);
  session.known_jobs = policy.known_jobs;
  if (policy.max_workers != WorkerLimit::kUnlimited) session.workers_requested = policy.max_workers;
  session.pid = own_process();
  return session;
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
  const OutputForm form = request.settings.output;
  const bool is_in_json = form != OutputForm::text && form != OutputForm::none;
  LocalExecutorOptions options;
  if (request.shown.delivery == Delivery::live) options.stdio = LocalExecutorOptions::Stdio::live;
  options.capture.limit = to_keep(request);
  options.capture.is_text_asked = is_in_json || request.shown.results || request.journal;
  options.outlet = std::move(outlets.outlet);
  options.outlets = std::move(outlets.of_attempt);
  options.resources = request.settings.resources;
  options.parse = output_parser(request.settings.parse);
  options.lender = request.lender.get();
  options.waits_for_trees = request.settings.on_leak == OnLeak::kill;
  options.terms = request.settings.terms;
  return make_local_executor(machine, outputs, std::move(options));
}

/// A run while it lasts: its parts, in the order in which they need each other.
class Execution {
 public:
  explicit Execution(RunRequest request) : request_(std::move(request)) {}
  ~Execution();
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  /// The error says what keeps the run from being started.
  Result<void> open();
  int run();

 private:
  Result<void> open_parts();
  Result<void> open_outputs();
  void make_source();
  void add_sinks(Outlets& outlets);
  void add_executor(Outlets outlets);
  Result<void> open_journal();
  bool is_room_short() const;
  bool are_files_waiting() const;
  EndStage end_stage() const { return end_ == nullptr ? EndStage::none : end_->stage(); }
  int conclude(const std::optional<Error>& input_error);
  ExitCode report_problems(const std::optional<Error>& input_error);

  RunRequest request_;
  ScratchFile scratch_;
  BlobStore outputs_{scratch_};
  BlobStore waiting_{scratch_, Shelf::kLimits};
  std::unique_ptr<Machine> machine_;
  std::unique_ptr<RunnerPresence> presence_;  // null: not detached
  std::unique_ptr<LocalExecutor> local_;      // null in a dry run
  std::unique_ptr<OutputQueue> output_;
  std::unique_ptr<FolderQueue> files_;    // null without --results
  std::unique_ptr<Recording> recording_;  // null without a journal
  std::optional<ResultsPlaces> places_;
  Policy policy_;
  RunInfo info_;
  bool is_colored_ = false;
  std::unique_ptr<ProgressDisplay> progress_;  // until it is one of the sinks
  std::optional<Streams> to_;
  std::optional<PausableSource> jobs_;  // those of the request, as fast as results are taken
  std::unique_ptr<Throttle> throttle_;
  std::optional<TextStreams> text_;
  std::optional<PeopleWriter> people_;
  Tee tee_;
  const Ending* end_ = nullptr;  // one of the sinks
  std::optional<DryRunExecutor> dry_run_;
  bool is_reader_gone_ = false;
};

// The inputs of the jobs are watched by the machine's loop: they go before it.
// Who waits for the end of a detached run finds its journal free: the lock goes before the
// connections.
Execution::~Execution() {
  if (presence_) presence_->withdraw();
  request_.jobs.reset();
  request_.lender.reset();
}

Result<void> Execution::open() {
  Result<void> opened = open_parts();
  if (opened && presence_) opened = presence_->announce();
  if (!opened) presence_.reset();  // what is said then goes to who started us
  return opened;
}

Result<void> Execution::open_parts() {
  Result<std::unique_ptr<Machine>> machine = Machine::open();
  if (!machine) return std::move(machine).error();
  machine_ = *std::move(machine);
  if (request_.detached) {
    auto presence =
        RunnerPresence::open(*request_.detached, *machine_, [this] { return end_stage(); });
    if (!presence) return std::move(presence).error();
    presence_ = *std::move(presence);
  }
  if (Result<void> opened = open_outputs(); !opened) return opened;
  if (Result<void> attached = attach_inputs(request_.live_inputs, *machine_); !attached) {
    return attached;
  }
  request_.settings.order = resolve_order(request_.settings);
  resolve_load(request_.settings);
  policy_ = policy_of(request_);
  info_ = info_of(request_, policy_, *machine_);
  is_colored_ = is_colored(request_.shown.color, std::getenv, is_terminal(kStandardError));
  make_source();
  Result<std::unique_ptr<Throttle>> throttle = Throttle::open(request_, *machine_, to_->err);
  if (!throttle) return std::move(throttle).error();
  throttle_ = *std::move(throttle);
  // Last: of a run that cannot be started no journal is left.
  if (Result<void> opened = open_journal(); !opened) return opened;
  jobs_.emplace(*request_.jobs, [this] { return is_room_short(); });
  return {};
}

Result<void> Execution::open_outputs() {
  const auto on_room = [this] {
    machine_->inbox().push(InputArrived{});
    if (local_) local_->read_on();
  };
  const auto on_gone = [this] { machine_->inbox().push(ReaderGone{}); };
  auto output = OutputQueue::open(machine_->loop(), {on_room, on_gone});
  if (!output) return std::move(output).error();
  output_ = *std::move(output);
  auto files = open_results(request_, *machine_, on_room);
  if (!files) return std::move(files).error();
  files_ = *std::move(files);
  return {};
}

Result<void> Execution::open_journal() {
  if (!request_.journal || request_.mode == Mode::dry_run) return {};
  auto locked = Recording::lock(*request_.journal, *machine_, outputs_);
  if (!locked) return std::move(locked).error();
  recording_ = *std::move(locked);
  // Between: the socket is the runner's, and a runner that cannot have one has recorded nothing.
  if (presence_) {
    if (Result<void> listening = presence_->listen(); !listening) return listening;
  }
  Result<void> begun = recording_->begin(session_of(request_, policy_, info_),
                                         output_parser(request_.settings.parse), *output_);
  if (!begun) return begun;
  request_.jobs = recording_->jobs(std::move(request_.jobs));
  return {};
}

// From here on all who write do it through `to_`, so that a progress line is out of their way.
void Execution::make_source() {
  std::unique_ptr<JobSource>& jobs = request_.jobs;
  places_.emplace(request_.results_layout);
  if (files_ != nullptr) jobs = placed(std::move(jobs), *places_);
  progress_ = make_progress(request_, *machine_, *output_, is_colored_, jobs);
  to_.emplace(progress_ ? progress_->streams() : Streams{output_->out(), output_->err()});
}

bool Execution::is_room_short() const {
  return output_->is_full() || (files_ != nullptr && files_->is_full()) ||
         (recording_ != nullptr && recording_->is_full());
}

bool Execution::are_files_waiting() const {
  return (files_ != nullptr && !files_->is_empty()) ||
         (recording_ != nullptr && recording_->is_writing());
}

void Execution::add_sinks(Outlets& outlets) {
  if (recording_ != nullptr) tee_.add(recording_->sink());
  text_.emplace(*to_, request_.shown.controls);
  people_.emplace(to_->err);
  if (files_ != nullptr) tee_.add(std::make_unique<ResultsSink>(*files_, *places_, info_.clock));
  const ResultParts parts{*to_, *text_, outputs_, waiting_, [this] { return output_->is_full(); }};
  if (!request_.detached) {
    auto sink = result_sink(request_, info_, policy_.max_workers, parts, outlets);
    if (sink) tee_.add(std::move(sink));
  }
  if (request_.job_log) tee_.add(std::make_unique<JobLog>(*request_.job_log, info_.clock));
  if (progress_) tee_.add(std::move(progress_));
  const bool is_quiet = request_.settings.silent || request_.mode == Mode::dry_run;
  if (!is_quiet) tee_.add(std::make_unique<ClosingLine>(*people_, is_colored_));
  auto ending = std::make_unique<Ending>(policy_.halt);
  end_ = ending.get();
  tee_.add(std::move(ending));
  tee_.add(std::make_unique<Announcer>(
      *people_, [this](const AttemptId& id) { return local_ ? local_->process_of(id) : 0; }));
}

void Execution::add_executor(Outlets outlets) {
  if (request_.mode == Mode::dry_run) {
    dry_run_.emplace(machine_->reactor(), machine_->inbox());
    return;
  }
  make_descriptors_for(policy_.max_workers, request_.lender != nullptr);
  local_ = make_executor(request_, *machine_, outputs_, std::move(outlets));
  if (request_.lender) machine_->before_wait([this] { local_->feed(); });
}

int Execution::run() {
  Outlets outlets;
  add_sinks(outlets);
  add_executor(std::move(outlets));
  Reactor& reactor = machine_->reactor();
  Executor& executor = local_ ? static_cast<Executor&>(*local_) : *dry_run_;
  Scheduler scheduler(policy_, reactor.now());
  throttle_->prime(scheduler, reactor.now());
  const std::optional<Error> input_error = fanout::run(*jobs_, scheduler, executor, reactor, tee_);
  if (local_ && end_->ended_all()) local_->kill_unclaimed();
  machine_->finish_writing(*output_, [this] { return are_files_waiting(); });
  local_.reset();  // before anything that does not return
  return conclude(input_error);
}

/// The exit code, or death by the signal that ended the run.
int Execution::conclude(const std::optional<Error>& input_error) {
  const Settings& settings = request_.settings;
  ExitCode problem = report_problems(input_error);
  const int signal = machine_->signal();
  const auto code_of = [&] {
    const Verdict verdict = settings.silent ? Verdict() : end_->verdict();
    if (is_reader_gone_) return 128 + SIGPIPE;
    return signal != 0 ? 128 + signal : exit_code(settings.exit_status, verdict, problem);
  };
  if (recording_ != nullptr) {
    const Result<void> ended = recording_->end(code_of());
    if (!ended) problem = stronger(problem, report(ended.error()));
  }
  if (is_reader_gone_) die_by(SIGPIPE);
  if (signal != 0) die_by(signal);
  return code_of();
}

/// Says what else went wrong than jobs, and how bad that is.
ExitCode Execution::report_problems(const std::optional<Error>& input_error) {
  const Settings& settings = request_.settings;
  ExitCode problem = ExitCode::success;
  const bool all_succeeded = end_->summary().succeeded == end_->summary().jobs;
  if (all_succeeded && end_->verdict().is_late && !settings.silent) {
    complain("the deadline came before the end of the input");
  }
  if (end_->cut_by() == RunCancelling::Reason::not_possible) {
    complain("no job can be started: " + end_->summary().workers_limited_by);
    problem = ExitCode::not_possible;
  }
  if (input_error) problem = stronger(problem, report(*input_error));
  for (const Error& failure : failures_of(tee_, *output_, files_.get(), *end_)) {
    if (failure.kind == ErrorKind::reader_gone) {
      is_reader_gone_ = true;
      return problem;
    }
    report(failure);
    problem = stronger(problem, ExitCode::output_failed);
  }
  return problem;
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
  const ExitStyle style = request.settings.exit_status;
  Execution execution(std::move(request));
  const Result<void> opened = execution.open();
  return opened ? execution.run() : exit_code(style, report(opened.error()));
}

}  // namespace fanout
