#include "exec/local_executor.hpp"

#include <array>
#include <utility>
#include <variant>

#include "exec/tail_capture.hpp"
#include "fanout/base/overloaded.hpp"
#include "os/group_watch.hpp"
#include "os/pipe_reader.hpp"
#include "os/standard_streams.hpp"
#include "os/terminal.hpp"

namespace fanout {
namespace {

using Stdio = LocalExecutorOptions::Stdio;

Outcome to_outcome(const WaitStatus& status) {
  if (const auto code = status.exit_code()) return Exited{*code};
  return Signaled{status.signal(), status.has_dumped_core()};
}

OrFailure<int> keep(OrFailure<Fd> opened, Fd& owner) {
  if (auto* failure = std::get_if<SystemFailure>(&opened)) return std::move(*failure);
  owner = std::get<Fd>(std::move(opened));
  return owner.get();
}

// One output of an attempt: open while some process may still write to it.
class CapturedStream {
 public:
  explicit CapturedStream(std::optional<std::uint64_t> limit) : capture_(limit) {}

  /// Returns the end for the child.
  OrFailure<Fd> open(EventLoop& loop, std::function<void()> on_end) {
    auto pipe = open_pipe();
    if (auto* failure = std::get_if<SystemFailure>(&pipe)) return std::move(*failure);
    auto& [reading, writing] = std::get<Pipe>(pipe);
    auto reader = PipeReader::open(
        loop, std::move(reading),
        {[this](std::string_view bytes) { capture_.append(bytes); }, std::move(on_end)});
    if (auto* failure = std::get_if<SystemFailure>(&reader)) return std::move(*failure);
    reader_.emplace(std::get<PipeReader>(std::move(reader)));
    return std::move(writing);
  }

  bool is_open() const { return reader_.has_value(); }
  void close() { reader_.reset(); }

  /// Takes what has been written and waits for no more.
  void finish() {
    if (reader_) reader_->finish();
    close();
  }

  Output take() { return capture_.take(); }

 private:
  TailCapture capture_;
  std::optional<PipeReader> reader_;
};

}  // namespace

class LocalExecutor::Attempt {
 public:
  Attempt(LocalExecutor& owner, AttemptId attempt_id)
      : id(attempt_id),
        out(owner.options_.capture_limit),
        err(owner.options_.capture_limit),
        owner_(owner) {}

  /// It exited, and nobody writes to its output any more.
  bool is_over() const { return child_->exited_at() && !out.is_open() && !err.is_open(); }
  Child& child() { return *child_; }

  OrFailure<Fd> open(CapturedStream& stream) {
    return stream.open(owner_.loop_, [this, &stream] {
      stream.close();
      owner_.finish_if_over(*this);
    });
  }

  std::optional<SpawnError> spawn(const SpawnRequest& request) {
    auto spawned = owner_.spawner_.spawn(request, [this] { on_exit(); });
    if (auto* error = std::get_if<SpawnError>(&spawned)) return std::move(*error);
    child_.emplace(std::get<Child>(std::move(spawned)));
    return std::nullopt;
  }

  void stop(StopAttempt::How how) {
    if (how == StopAttempt::How::ask) {
      is_asked_ = true;
      return child_->signal_group(Child::Ask::terminate);
    }
    is_killed_ = true;
    if (stragglers_) {
      child_->kill_rest_of_group();
      return owner_.finish(*this);
    }
    child_->signal_group(Child::Ask::kill);
    if (child_->exited_at()) finish_streams();
  }

  /// A group that was asked to end is not over with its leader: who is left has until the grace is
  /// over. True when somebody is.
  bool awaits_stragglers() {
    if (!is_asked_ || is_killed_ || owner_.options_.stdio != Stdio::capture) return false;
    if (!has_processes(child_->pid())) return false;
    stragglers_.emplace(owner_.loop_, child_->pid(), [this] { owner_.finish(*this); });
    return true;
  }

  std::optional<Result<Reaped>> reaped;

  const AttemptId id;
  CapturedStream out;
  CapturedStream err;

 private:
  void on_exit() {
    if (is_killed_) return finish_streams();
    owner_.finish_if_over(*this);
  }

  // The group is dead. Who still holds an output has left it, and a kill does not wait for them.
  void finish_streams() {
    out.finish();
    err.finish();
    owner_.finish_if_over(*this);
  }

  LocalExecutor& owner_;
  std::optional<Child> child_;
  std::optional<GroupWatch> stragglers_;
  bool is_asked_ = false;
  bool is_killed_ = false;
};

LocalExecutor::LocalExecutor(EventLoop& loop, Inbox& inbox, LocalExecutorOptions options)
    : loop_(loop),
      inbox_(inbox),
      options_(std::move(options)),
      spawner_(loop),
      environment_(own_environment(), options_.run_id) {}

LocalExecutor::~LocalExecutor() = default;

void LocalExecutor::start(const StartAttempt& order) {
  auto attempt = std::make_unique<Attempt>(*this, order.id);
  if (auto error = launch(*attempt, *order.job)) {
    AttemptEnded ended;
    ended.id = order.id;
    ended.end = SpawnFailed{error->failure.error_number, error->message(), error->not_found};
    ended.at = loop_.now();
    return inbox_.push(std::move(ended));
  }
  attempts_.emplace(order.id, std::move(attempt));
}

void LocalExecutor::stop(const StopAttempt& order) {
  const auto found = attempts_.find(order.id);
  if (found != attempts_.end()) found->second->stop(order.how);
}

OrFailure<int> LocalExecutor::open_stdin(const Stdin& input, Fd& owner) {
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
      },
      input);
}

std::optional<SpawnError> LocalExecutor::launch(Attempt& attempt, const JobSpec& job) {
  SpawnRequest request;
  std::array<Fd, 3> ends;  // the child's; ours are closed on the way out
  auto input = open_stdin(job.input, ends[0]);
  if (auto* failure = std::get_if<SystemFailure>(&input)) return SpawnError{std::move(*failure)};
  request.stdio[0] = std::get<int>(input);
  if (options_.stdio == Stdio::capture) {
    for (const std::size_t i : {1U, 2U}) {
      auto end = attempt.open(i == 1 ? attempt.out : attempt.err);
      if (auto* failure = std::get_if<SystemFailure>(&end)) return SpawnError{std::move(*failure)};
      ends[i] = std::get<Fd>(std::move(end));
      request.stdio[i] = ends[i].get();
    }
  } else if (has_terminal()) {
    // With us in a shell's job: it may read the terminal, and ^Z, ^C, bg and fg reach us both. As
    // with timeout --foreground, a timeout then ends the process, not its descendants.
    request.group = ProcessGroup::shared;
  }
  const std::vector<std::string> argv = argv_in_slot(job.command, attempt.id.slot);
  request.argv = argv;
  request.environment = environment_.build(job, attempt.id);
  request.directory = job.cwd;
  return attempt.spawn(request);
}

void LocalExecutor::finish_if_over(Attempt& attempt) {
  if (!attempt.is_over() || attempt.reaped) return;
  attempt.reaped = attempt.child().reap();
  if (!attempt.awaits_stragglers()) finish(attempt);
}

void LocalExecutor::finish(Attempt& attempt) {
  AttemptEnded ended;
  ended.id = attempt.id;
  ended.at = *attempt.child().exited_at();
  ended.out = attempt.out.take();
  ended.err = attempt.err.take();
  const Result<Reaped>& reaped = *attempt.reaped;
  ended.end = outcome_of(reaped, ended.out, ended.value);
  if (reaped) ended.usage = {reaped->user, reaped->system, reaped->max_rss_kib};
  attempts_.erase(ended.id);
  inbox_.push(std::move(ended));
}

Outcome LocalExecutor::outcome_of(const Result<Reaped>& reaped, const Output& out,
                                  std::optional<std::string>& value) const {
  if (!reaped) return Lost{reaped.error().message};
  const bool is_success = reaped->status.exit_code() == 0;
  return is_success && options_.parse ? parse(out, value) : to_outcome(reaped->status);
}

Outcome LocalExecutor::parse(const Output& out, std::optional<std::string>& value) const {
  if (out.is_truncated()) {
    return CaptureFailed{"standard output was cut: " + std::to_string(out.bytes.size()) + " of " +
                         std::to_string(out.total_bytes) + " bytes were kept"};
  }
  Result<std::string> parsed = options_.parse(out.bytes);
  if (!parsed) return ParseFailed{parsed.error().message};
  value = std::move(*parsed);
  return Exited{0};
}

}  // namespace fanout
