#include "exec/local_executor.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <tuple>
#include <utility>
#include <variant>

#include "fanout/base/overloaded.hpp"
#include "os/descriptor_limit.hpp"
#include "os/standard_streams.hpp"
#include "os/terminal.hpp"
#include "os/tree_signals.hpp"

namespace fanout {
namespace {

using Stdio = LocalExecutorOptions::Stdio;
using How = StopAttempt::How;

Outcome to_outcome(const WaitStatus& status) {
  if (const auto code = status.exit_code()) return Exited{*code};
  return Signaled{status.signal(), status.has_dumped_core()};
}

OrFailure<int> keep(OrFailure<Fd> opened, Fd& owner) {
  if (auto* failure = std::get_if<SystemFailure>(&opened)) return std::move(*failure);
  owner = std::get<Fd>(std::move(opened));
  return owner.get();
}

Family family_of(std::function<bool(pid_t)> is_ours) {
  Family family;
  family.is_ours = std::move(is_ours);
  return family;
}

/// The last attempt has its bytes: a record that waits shall not hold them.
void let_go_of(const Stdin& input) {
  const auto* block = std::get_if<StdinBlock>(&input);
  if (block != nullptr && block->supply == StdinBlock::Supply::alone) block->block->let_go();
}

std::vector<ProcessTree*> trees_of(const std::vector<LocalAttempt*>& attempts) {
  std::vector<ProcessTree*> trees;
  std::ranges::transform(attempts, std::back_inserter(trees),
                         [](LocalAttempt* attempt) { return &attempt->tree; });
  return trees;
}

}  // namespace

LocalExecutor::LocalExecutor(EventLoop& loop, Inbox& inbox, BlobStore& outputs,
                             LocalExecutorOptions options)
    : loop_(loop),
      inbox_(inbox),
      outputs_(outputs),
      options_(std::move(options)),
      family_(family_of([this](pid_t pid) { return is_ours(pid); })),
      orphans_(loop, [this](pid_t pid) { return is_ours(pid); }),
      watch_(loop, family_),
      stop_later_(loop, [this] { carry_out_stops(); }),
      spawner_(loop),
      environment_(own_environment(), options_.run_id, options_.resources, options_.variables),
      terms_(options_.terms),
      feeder_(options_.lender) {}

LocalExecutor::~LocalExecutor() {
  if (!attempts_.empty()) kill(all_trees(), family_);
}

bool LocalExecutor::is_ours(pid_t pid) const {
  const auto is_it = [&](const auto& guardian) { return guardian && guardian->pid() == pid; };
  return leaders_.contains(pid) || is_it(guardian_) ||
         std::ranges::any_of(former_guardians_, is_it);
}

pid_t LocalExecutor::process_of(const AttemptId& id) const {
  const auto found = attempts_.find(id);
  return found == attempts_.end() ? 0 : found->second->tree.leader;
}

std::unique_ptr<LocalAttempt> LocalExecutor::make_attempt(const StartAttempt& order) {
  LocalAttempt::Callbacks callbacks;
  callbacks.on_left_behind = [this](LocalAttempt& left) {
    inbox_.push(ProcessExited{left.id, *left.child().exited_at()});
  };
  callbacks.on_over = [this](LocalAttempt& over) { finish(over); };
  auto attempt = std::make_unique<LocalAttempt>(order.id, outputs_, options_.capture, watch_,
                                                family_, std::move(callbacks));
  if (order.is_last && options_.outlet.to != nullptr) attempt->out.pass_on_to(options_.outlet);
  if (options_.outlets) attempt->pass_on_to(options_.outlets(order));
  if (options_.waits_for_trees) attempt->wait_for_tree();
  return attempt;
}

void LocalExecutor::start(const StartAttempt& order) {
  auto attempt = make_attempt(order);
  std::optional<SpawnError> error = launch(*attempt, order);
  if (error && error->is_shortage() && makes_room(*error)) {
    attempt = make_attempt(order);
    error = launch(*attempt, order);
  }
  if (!error) {
    leaders_.insert(attempt->tree.leader);
    if (attempt->input) attempt->input->begin();
    if (order.is_last) let_go_of(order.job->input);
    attempts_.emplace(order.id, std::move(attempt));
  } else if (error->is_shortage()) {
    inbox_.push(StartRefused{order.id, error->message()});
  } else {
    AttemptEnded ended;
    ended.id = order.id;
    ended.end = SpawnFailed{error->failure.error_number, error->message(), error->not_found};
    ended.at = loop_.now();
    ended.input_use = settle_input(*attempt);
    inbox_.push(std::move(ended));
  }
}

/// Orphans that have ended hold places in the process table. So does the guardian: where there is
/// one place only it is a job's. False when there is no more room than before.
bool LocalExecutor::makes_room(const SpawnError& refusal) {
  orphans_.reap();
  if (refusal.failure.call != "fork" || !attempts_.empty() || !may_have_guardian_) return false;
  may_have_guardian_ = false;
  guardian_.reset();
  return true;
}

// Orders come one by one, but a look at all processes serves many: they are carried out together.
void LocalExecutor::stop(const StopAttempt& order) {
  stops_.push_back(order);
  stop_later_.request();
}

void LocalExecutor::carry_out_stops() {
  const std::vector<LocalAttempt*> asked = to_stop(How::ask);
  const std::vector<LocalAttempt*> killed = to_stop(How::kill);
  const std::vector<LocalAttempt*> released = to_stop(How::release);
  stops_.clear();
  orphans_.reap_if_many();  // thousands of dead make a look long
  if (!asked.empty()) terminate(trees_of(asked), hurried_family());
  if (!killed.empty()) kill(trees_of(killed), family_);
  for (LocalAttempt* attempt : asked) {
    if (attempt->input) feeder_.end(*attempt->input);
    attempt->asked_to_end();
  }
  // An attempt has one order at a time, and each of these can only end its own.
  for (LocalAttempt* attempt : killed) attempt->let_go();
  for (LocalAttempt* attempt : released) attempt->let_go();
}

// An orphan that is too young to be known is killed after the grace, if it has not ended by then.
Family LocalExecutor::hurried_family() {
  Family family = family_;
  family.orphans = [this] { return orphans_.recent_orphans(); };
  return family;
}

std::vector<LocalAttempt*> LocalExecutor::to_stop(How how) {
  std::vector<LocalAttempt*> found;
  for (const StopAttempt& order : stops_) {
    const auto attempt = attempts_.find(order.id);
    if (order.how == how && attempt != attempts_.end()) found.push_back(attempt->second.get());
  }
  return found;
}

std::vector<ProcessTree*> LocalExecutor::all_trees() {
  std::vector<ProcessTree*> trees;
  for (auto& [id, attempt] : attempts_) trees.push_back(&attempt->tree);
  return trees;
}

void LocalExecutor::suspend() {
  std::vector<ProcessTree*> trees = all_trees();
  std::erase_if(trees, [](ProcessTree* tree) { return tree->group == ProcessGroup::shared; });
  fanout::stop(trees, family_);
}

void LocalExecutor::resume() {
  std::vector<ProcessTree*> trees = all_trees();
  std::erase_if(trees, [](ProcessTree* tree) { return !tree->is_stopped; });
  fanout::resume(trees, family_);
}

void LocalExecutor::read_on() {
  for (auto& [id, attempt] : attempts_) attempt->read_on();
}

void LocalExecutor::kill_unclaimed() {
  const bool is_init = family_.self == 1;  // whose orphans come from anywhere
  if (is_init || orphans_.has_strangers()) return;
  std::vector<ProcessTree> unclaimed;
  for (const ProcessId& orphan : orphans_.orphans()) {
    const std::string trail = environment_value(orphan.pid, kTrailVariable);
    if (trail.find(options_.run_id) != std::string::npos) continue;  // left there by its job
    ProcessTree& tree = unclaimed.emplace_back();
    tree.leader = orphan.pid;
    tree.group = ProcessGroup::shared;
  }
  std::vector<ProcessTree*> trees;
  for (ProcessTree& tree : unclaimed) trees.push_back(&tree);
  kill(trees, family_);
}

OrFailure<int> LocalExecutor::open_stdin(LocalAttempt& attempt, const Stdin& input, Fd& owner) {
  return std::visit(
      Overloaded{
          [&](const NoStdin&) -> OrFailure<int> {
            // One for all: nothing that a child does to it can be seen by another.
            if (null_.is_open()) return null_.get();
            return keep(open_for_reading("/dev/null"), null_);
          },
          [](const InheritedStdin&) -> OrFailure<int> { return kStandardInput; },
          [&](const StdinText& text) { return keep(memory_file(text.bytes), owner); },
          [&](const StdinFile& file) { return keep(open_for_reading(file.path), owner); },
          [&](const StdinBlock& part) {
            if (part.supply == StdinBlock::Supply::and_more) {
              return open_fed_stdin(attempt, part.block);
            }
            return keep(memory_file(part.block->bytes), owner);
          },
      },
      input);
}

OrFailure<int> LocalExecutor::open_fed_stdin(LocalAttempt& attempt,
                                             const std::shared_ptr<Block>& first) {
  auto opened = FedInput::open(loop_, first, [this](FedInput& input) { feeder_.ask(input); });
  if (auto* failure = std::get_if<SystemFailure>(&opened)) return std::move(*failure);
  attempt.input = std::get<std::unique_ptr<FedInput>>(std::move(opened));
  return attempt.input->reading_end();
}

// Whoever waits for what was lent has to be woken.
InputUse LocalExecutor::settle_input(LocalAttempt& attempt) {
  if (!attempt.input) return {};
  inbox_.push(InputArrived{});
  return feeder_.settle(*attempt.input);
}

// Those that it left behind may read what it was given, and then come to the end.
void LocalExecutor::on_exit(LocalAttempt& attempt) {
  if (attempt.input) feeder_.end(*attempt.input);
  attempt.on_exit();
}

std::optional<SpawnError> LocalExecutor::open_outputs(LocalAttempt& attempt,
                                                      std::array<Fd, 3>& ends) {
  const std::pair<CapturedStream*, Fd*> outputs[] = {{&attempt.out, &ends[1]},
                                                     {&attempt.err, &ends[2]}};
  for (const auto& [stream, end] : outputs) {
    auto opened = stream->open(loop_, [&attempt] { attempt.on_stream_end(); });
    if (auto* failure = std::get_if<SystemFailure>(&opened)) return SpawnError{*failure};
    *end = std::get<Fd>(std::move(opened));
  }
  // The first has a right to the last ones.
  if (attempts_.empty() || !is_reserved_descriptor(ends[2].get())) return std::nullopt;
  return SpawnError{{"pipe", "", EMFILE}};
}

ProcessGroup LocalExecutor::group_of_jobs() const {
  switch (options_.stdio) {
    case Stdio::capture: break;
    case Stdio::inherit:
      // With us in a shell's job: it may read the terminal, and ^Z, ^C, bg and fg reach us both.
      return has_terminal() ? ProcessGroup::shared : ProcessGroup::own;
    case Stdio::live: return options_.live_group;
  }
  return ProcessGroup::own;
}

// Made with the first job: a run without any needs none. One that was killed is replaced; it is
// kept, because there are children whose number is in its memory.
bool LocalExecutor::is_guarded() {
  if (!may_have_guardian_) return false;
  if (guardian_ && guardian_->is_alive()) return true;
  if (cgroup_ == nullptr) cgroup_ = Cgroup::open(options_.run_id);
  Result<std::unique_ptr<Guardian>> started =
      Guardian::start(options_.run_id, cgroup_ ? cgroup_->directory() : "");
  if (!started) return false;
  for (auto& [id, attempt] : attempts_) {
    if (pid_t* place = (*started)->place(id.slot.value)) *place = attempt->tree.leader;
  }
  if (guardian_) former_guardians_.push_back(std::move(guardian_));
  guardian_ = std::move(*started);
  return true;
}

/// Everything by which the process and all that come of it will be known. What it returns is to be
/// kept until the process runs.
std::optional<Cgroup::Slot> LocalExecutor::mark_tree(LocalAttempt& attempt, SpawnRequest& request) {
  const SlotNumber slot = attempt.id.slot;
  attempt.tree.group = request.group;
  attempt.tree.mark = environment_.mark();
  if (is_guarded_) request.pid_place = guardian_->place(slot.value);
  request.dies_with_parent = request.pid_place == nullptr;
  std::optional<Cgroup::Slot> cgroup = cgroup_ ? cgroup_->enter(slot.value) : std::nullopt;
  if (cgroup) {
    attempt.tree.cgroup = cgroup->directory;
    request.cgroup_procs = cgroup->procs.get();
  }
  return cgroup;
}

std::optional<SpawnError> LocalExecutor::launch(LocalAttempt& attempt, const StartAttempt& order) {
  const JobSpec& job = *order.job;
  is_guarded_ = is_guarded();  // before there are pipes that a new one could hold for a moment
  SpawnRequest request;
  std::array<Fd, 3> ends;  // the child's; ours are closed on the way out
  auto input = open_stdin(attempt, job.input, ends[0]);
  if (auto* failure = std::get_if<SystemFailure>(&input)) return SpawnError{std::move(*failure)};
  request.stdio[0] = std::get<int>(input);
  request.group = group_of_jobs();
  if (options_.stdio == Stdio::capture) {
    if (auto error = open_outputs(attempt, ends)) return error;
    request.stdio[1] = ends[1].get();
    request.stdio[2] = ends[2].get();
  }
  const std::vector<std::string> argv = argv_in_slot(job.command, attempt.id.slot);
  request.argv = argv;
  request.environment = environment_.build(job, attempt.id, order.granted);
  request.directory = job.cwd;
  terms_.apply(job, request);
  const std::optional<Cgroup::Slot> cgroup = mark_tree(attempt, request);
  auto spawned = spawner_.spawn(request, [this, &attempt] { on_exit(attempt); });
  if (auto* error = std::get_if<SpawnError>(&spawned)) return std::move(*error);
  attempt.run_as(std::get<Child>(std::move(spawned)));
  return std::nullopt;
}

void LocalExecutor::finish(LocalAttempt& attempt) {
  const Result<Reaped> reaped = attempt.child().reap();
  leaders_.erase(attempt.tree.leader);
  if (attempt.tree.group == ProcessGroup::own) foreground_.take_back_from(attempt.tree.leader);
  if (pid_t* place = guardian_ ? guardian_->place(attempt.id.slot.value) : nullptr) *place = 0;
  AttemptEnded ended;
  ended.id = attempt.id;
  ended.at = *attempt.child().exited_at();
  std::tie(ended.out, ended.err) = attempt.take_outputs();
  ended.end = outcome_of(reaped, ended);
  ended.input_use = settle_input(attempt);
  if (reaped) ended.usage = {reaped->user, reaped->system, reaped->max_rss_kib};
  attempts_.erase(ended.id);
  inbox_.push(std::move(ended));
}

Outcome LocalExecutor::outcome_of(const Result<Reaped>& reaped, AttemptEnded& ended) const {
  if (!reaped) return Lost{reaped.error().message};
  if (reaped->status.exit_code() != 0) return to_outcome(reaped->status);
  for (const Output* output : {&ended.out, &ended.err}) {
    if (output->failure.empty()) continue;
    const char* name = output == &ended.out ? "standard output" : "standard error";
    return CaptureFailed{name + (" was not kept whole: " + output->failure)};
  }
  return options_.parse ? parse(ended.out, ended.value) : Exited{0};
}

Outcome LocalExecutor::parse(const Output& out, std::optional<std::string>& value) const {
  if (out.is_truncated()) {
    return CaptureFailed{"standard output was cut: " + std::to_string(out.size()) + " of " +
                         std::to_string(out.total_bytes) + " bytes were kept"};
  }
  const Result<std::string> bytes = out.bytes();
  if (!bytes) return CaptureFailed{bytes.error().message};
  Result<std::string> parsed = options_.parse(*bytes);
  if (!parsed) return ParseFailed{parsed.error().message};
  value = std::move(*parsed);
  return Exited{0};
}

}  // namespace fanout
