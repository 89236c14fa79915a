#include "sched/scheduler.hpp"

#include <algorithm>
#include <utility>

#include "fanout/base/overloaded.hpp"

namespace fanout {
namespace {

/// How its process ended; empty when there was none, or nobody knows.
std::optional<ExitStatus> process_end(const Outcome& end) {
  if (std::holds_alternative<SpawnFailed>(end)) return std::nullopt;
  return exit_status(end);
}

}  // namespace

Scheduler::Scheduler(Policy policy, Instant start)
    : policy_(policy), start_(start), now_(start), slots_(std::max(policy.max_workers, 1U)) {
  if (policy_.deadline > Duration::zero()) run_deadline_ = start + policy_.deadline;
  events_.emplace_back(RunStarted{start});
}

bool Scheduler::wants_job() const {
  if (has_all_jobs_) return false;
  return cancelling_ || (ready_.empty() && slots_.has_free());
}

void Scheduler::add(JobSpec job) {
  ++summary_.jobs;
  Pending pending{std::move(job), {}, {}};
  if (cancelling_) {
    finish_not_started(std::move(pending));
  } else {
    ready_.push_back(std::move(pending));
  }
}

void Scheduler::end_of_jobs() {
  has_all_jobs_ = true;
  finish_run_if_over();
}

void Scheduler::input_failed() {
  cancel(RunCancelling::Reason::input_error, Mode::drain, now_);
  end_of_jobs();
}

void Scheduler::on(Notice notice, Instant now) {
  now_ = std::max(now_, now);
  std::visit(
      Overloaded{
          [&](AttemptEnded& ended) { on_end(std::move(ended)); },
          [&](const SignalArrived&) { on_signal(); },
          [](const InputArrived&) {},  // being woken is all it is for
          [&](const ReaderGone&) { cancel(RunCancelling::Reason::reader_gone, Mode::kill, now_); },
      },
      notice);
}

void Scheduler::on_signal() {
  cancel(RunCancelling::Reason::signal, Mode::kill, now_);
  if (std::exchange(has_signal_, true)) {
    kill_at_once_ = true;
    slots_.for_each([&](Running& running) { timers_.set(running.id.slot, running.timer, now_); });
  }
}

void Scheduler::cancel(RunCancelling::Reason reason, Mode mode, Instant now) {
  if (!cancelling_) events_.emplace_back(RunCancelling{reason, now});
  cancelling_ = true;
  std::deque<Pending> not_started = std::exchange(ready_, {});
  for (Pending& job : not_started) finish_not_started(std::move(job));
  if (mode == Mode::kill && cancel_stop_ == Running::Stop::none) {
    cancel_stop_ =
        reason == RunCancelling::Reason::deadline ? Running::Stop::deadline : Running::Stop::killed;
    slots_.for_each([&](Running& running) { ask_to_end(running, cancel_stop_, now); });
  }
  finish_run_if_over();
}

void Scheduler::check_deadline(Instant now) {
  if (!run_deadline_ || now < *run_deadline_ || finished_) return;
  run_deadline_.reset();
  cancel(RunCancelling::Reason::deadline, Mode::kill, now);
}

// Asking is done by the timer: it is set to `now`, and next_action() finds it due.
void Scheduler::ask_to_end(Running& running, Running::Stop why, Instant now) {
  if (running.stop != Running::Stop::none) return;  // asked already, its grace goes on
  running.stop = why;
  running.is_asked = false;
  timers_.set(running.id.slot, running.timer, now);
}

std::optional<Action> Scheduler::next_action(Instant now) {
  now_ = std::max(now_, now);
  check_deadline(now_);
  if (std::optional<Action> stop = stop_next(now_)) return stop;
  return start_next(now_);
}

std::optional<Action> Scheduler::stop_next(Instant now) {
  const std::optional<SlotNumber> slot = timers_.due(now);
  if (!slot) return std::nullopt;
  Running& running = *slots_.at(*slot);
  if (running.stop == Running::Stop::none) running.stop = Running::Stop::timeout;
  const bool is_second = std::exchange(running.is_asked, true);
  if (is_second || kill_at_once_) {
    timers_.set(*slot, running.timer, std::nullopt);
    return StopAttempt{running.id, StopAttempt::How::kill};
  }
  const Duration grace = running.job.spec.grace.value_or(policy_.grace);
  timers_.set(*slot, running.timer, now + grace);
  return StopAttempt{running.id, StopAttempt::How::ask};
}

std::optional<Action> Scheduler::start_next(Instant now) {
  if (ready_.empty() || !slots_.has_free()) return std::nullopt;
  if (next_start_ && now < *next_start_) return std::nullopt;
  if (policy_.pause > Duration::zero()) next_start_ = now + policy_.pause;

  Running& running = slots_.take();
  running.job = std::move(ready_.front());
  ready_.pop_front();
  running.id.job = running.job.spec.index;
  running.id.number = static_cast<std::uint32_t>(running.job.attempts.size()) + 1;
  running.started = now;
  const Duration timeout = running.job.spec.timeout.value_or(policy_.timeout);
  if (timeout > Duration::zero()) timers_.set(running.id.slot, running.timer, now + timeout);
  events_.emplace_back(JobStarted{running.id, now});
  return StartAttempt{running.id, &running.job.spec};
}

std::optional<Event> Scheduler::next_event() {
  if (events_.empty()) return std::nullopt;
  Event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

std::optional<Instant> Scheduler::next_deadline() const {
  std::optional<Instant> next = timers_.first();
  const auto consider = [&](std::optional<Instant> at) {
    if (at && (!next || *at < *next)) next = at;
  };
  if (!finished_) consider(run_deadline_);
  if (!ready_.empty() && slots_.has_free()) consider(next_start_);
  return next;
}

void Scheduler::on_end(AttemptEnded ended) {
  Running* running = slots_.find(ended.id);
  if (running == nullptr) return;
  Outcome outcome = judge(*running, ended);
  Pending job = std::move(running->job);
  job.attempts.push_back({ended.id, outcome, running->started,
                          std::max(ended.at - running->started, Duration::zero()), ended.usage});
  timers_.set(running->id.slot, running->timer, std::nullopt);
  slots_.give_back(ended.id.slot);
  summary_.user += ended.usage.user;
  summary_.system += ended.usage.system;

  job.last = std::move(ended);
  if (wants_retry(job, outcome)) {
    retry(std::move(job));
  } else {
    finish(std::move(job), std::move(outcome));
  }
  finish_run_if_over();
}

// An attempt that was asked to end has ended for that reason, however it went about it. One that
// ended before the order went out, or never was a process, has ended on its own.
Outcome Scheduler::judge(const Running& running, AttemptEnded& ended) const {
  const std::optional<ExitStatus> status = process_end(ended.end);
  if (!running.is_asked || !status) return std::move(ended.end);
  switch (running.stop) {
    case Running::Stop::none: break;
    case Running::Stop::timeout:
      return TimedOut{running.job.spec.timeout.value_or(policy_.timeout), *status};
    case Running::Stop::killed: return Cancelled{Cancelled::Reason::killed, *status};
    case Running::Stop::deadline: return Cancelled{Cancelled::Reason::deadline, *status};
  }
  return std::move(ended.end);
}

bool Scheduler::wants_retry(const Pending& job, const Outcome& outcome) const {
  if (cancelling_ || job.attempts.size() > job.spec.retries.value_or(policy_.retries)) return false;
  return std::visit(Overloaded{
                        [](const Exited& end) { return end.code != 0; },
                        [](const Signaled&) { return true; },
                        [](const TimedOut&) { return true; },
                        [](const SpawnFailed&) { return false; },
                        [](const ParseFailed&) { return false; },
                        [](const CaptureFailed&) { return false; },
                        [](const Cancelled&) { return false; },
                        [](const Lost&) { return false; },
                    },
                    outcome);
}

// At the front, so that a serial run stays in input order.
void Scheduler::retry(Pending job) {
  events_.emplace_back(JobRetrying{job.attempts.back()});
  ready_.push_front(std::move(job));
}

void Scheduler::finish(Pending job, Outcome outcome) {
  const bool is_failure = status_of(outcome) == Status::failed;
  tell(std::move(job), std::move(outcome));
  if (!is_failure || policy_.on_failure == OnFailure::keep_going) return;
  cancel(RunCancelling::Reason::failure,
         policy_.on_failure == OnFailure::kill ? Mode::kill : Mode::drain, now_);
}

// One that waited for another attempt has failed on its own; its record says so.
void Scheduler::finish_not_started(Pending job) {
  Outcome outcome = Cancelled{Cancelled::Reason::not_started, std::nullopt};
  if (!job.attempts.empty()) outcome = job.attempts.back().outcome;
  tell(std::move(job), std::move(outcome));
}

void Scheduler::tell(Pending job, Outcome outcome) {
  switch (status_of(outcome)) {
    case Status::succeeded: ++summary_.succeeded; break;
    case Status::failed: ++summary_.failed; break;
    case Status::aborted: ++summary_.aborted; break;
  }
  JobRecord record;
  record.argv = argv_in_slot(job.spec.command, job.last.id.slot);
  record.spec = std::move(job.spec);
  record.outcome = std::move(outcome);
  record.attempts = std::move(job.attempts);
  record.out = std::move(job.last.out);
  record.err = std::move(job.last.err);
  record.value = std::move(job.last.value);
  events_.emplace_back(JobFinished{std::move(record)});
}

void Scheduler::finish_run_if_over() {
  if (finished_ || !has_all_jobs_ || !ready_.empty() || slots_.running() > 0) return;
  finished_ = true;
  summary_.workers = std::min<std::uint64_t>(std::max(policy_.max_workers, 1U), summary_.jobs);
  summary_.elapsed = now_ - start_;
  events_.emplace_back(RunFinished{summary_, now_});
}

}  // namespace fanout
