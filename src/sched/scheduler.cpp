#include "sched/scheduler.hpp"

#include <algorithm>
#include <utility>

#include "fanout/base/overloaded.hpp"
#include "sched/retry_policy.hpp"

namespace fanout {
namespace {

/// How its process ended; empty when there was none, or nobody knows.
std::optional<ExitStatus> process_end(const Outcome& end) {
  if (std::holds_alternative<SpawnFailed>(end)) return std::nullopt;
  return exit_status(end);
}

}  // namespace

Scheduler::Scheduler(Policy policy, Instant start)
    : policy_(policy),
      start_(start),
      now_(start),
      workers_(std::max(policy.max_workers, 1U)),
      slots_(workers_.limit()),
      gate_(policy.pause, policy.rate),
      ready_(policy.resources, policy.first_start) {
  if (policy_.deadline > Duration::zero()) run_deadline_ = start + policy_.deadline;
  events_.emplace_back(RunStarted{start});
}

bool Scheduler::wants_job() const {
  if (has_all_jobs_) return false;
  if (cancelling_ || (needs_total(policy_.halt) && !policy_.known_jobs)) return true;
  return slots_.has_free() && !is_held_up() && ready_.wants_more();
}

void Scheduler::add(JobSpec spec) {
  ++summary_.jobs;
  auto job = std::make_unique<JobRecord>();
  job->spec = std::move(spec);
  if (cancelling_) {
    finish_not_started(*job);
  } else {
    ready_.add(std::move(job));
    finish_hopeless();
  }
}

void Scheduler::add(RecordedJob recorded) {
  ++summary_.jobs;
  ++summary_.reused;
  JobRecord& job = *recorded.record;
  job.is_reused = true;
  const Status status = status_of(job.outcome);
  if (status == Status::succeeded) ++reused_.succeeded;
  if (status == Status::failed) ++reused_.failed;
  ready_.add_ended(job);
  count(job);
  events_.emplace_back(JobFinished{std::move(job)});
  finish_hopeless();
}

void Scheduler::end_of_jobs() {
  has_all_jobs_ = true;
  ready_.end_of_jobs();
  if (!cancelling_) policy_.known_jobs = summary_.jobs;
  halt_if_reached();
  finish_run_if_over();
}

void Scheduler::input_failed() {
  cancel(RunCancelling::Reason::input_error, How::drain, now_);
  end_of_jobs();
}

void Scheduler::on(Notice&& notice, Instant now) {
  now_ = std::max(now_, now);
  std::visit(
      Overloaded{
          [&](AttemptEnded& ended) { on_end(ended); },
          [&](const ProcessExited& news) { on_exit(news); },
          [&](const StartRefused& refused) { on_refused(refused); },
          [&](const RunResumed& resumed) { on_resumed(resumed); },
          [&](const WorkersChanged& change) { change_workers(change); },
          [&](const CapacityChanged& news) { gate_.set_room(slots_.running(), news.room); },
          [&](const StatusAsked&) { tell_status(); },
          [&](const AbortAsked& asked) {
            cancel(RunCancelling::Reason::abort, asked.kill ? How::kill : How::drain, now_);
          },
          [&](const JournalFailed&) { cancel(RunCancelling::Reason::journal, How::drain, now_); },
          [&](const SignalArrived&) { on_signal(); },
          [](const InputArrived&) {},  // being woken is all it is for
          [&](const ReaderGone&) { cancel(RunCancelling::Reason::reader_gone, How::kill, now_); },
      },
      notice);
}

// What it was asked is settled: from here on only those it left behind have a time.
void Scheduler::on_exit(const ProcessExited& news) {
  Running* running = slots_.find(news.id);
  if (running == nullptr || running->stop != Running::Stop::none) return;
  running->has_exited = true;
  if (policy_.leak_timeout == Duration::zero()) return;  // then its own time still holds
  timers_.set(running->id.slot, running->timer, news.at + policy_.leak_timeout);
}

void Scheduler::on_refused(const StartRefused& refused) {
  Running* running = slots_.find(refused.id);
  if (running == nullptr) return;
  timers_.set(running->id.slot, running->timer, std::nullopt);
  gate_.was_refused(running->started);
  Job job = slots_.give_back(refused.id.slot);
  ready_.release(*job);
  events_.emplace_back(JobPostponed{refused.id, now_});
  if (cancelling_) {
    finish_not_started(*job);
    return finish_run_if_over();
  }
  ready_.put_back(std::move(job));
  slots_.running() > 0 ? reduce_workers(refused.message) : wait_to_start(refused.message);
}

// As many as there are can run; one that ends makes room for the next.
void Scheduler::reduce_workers(const std::string& message) {
  if (!workers_.reduce(static_cast<std::uint32_t>(slots_.running()), now_)) return;
  slots_.set_limit(workers_.limit());
  summary_.workers_limited_by = message;
  is_reduction_untold_ = true;  // more refusals may be among the news
}

void Scheduler::grow_workers() {
  workers_.grow(now_);
  slots_.set_limit(workers_.limit());
}

void Scheduler::change_workers(const WorkersChanged& change) {
  tell_reduction();  // of what was allowed until now
  workers_.change(change);
  slots_.set_limit(workers_.limit());
}

void Scheduler::tell_reduction() {
  if (slots_.running() == 0 || !std::exchange(is_reduction_untold_, false)) return;
  events_.emplace_back(WorkersReduced{slots_.limit(), summary_.workers_limited_by});
}

void Scheduler::wait_to_start(const std::string& message) {
  if (gate_.wait_for_room(now_)) return;
  workers_.reduce(0, now_);
  slots_.set_limit(0);
  summary_.workers_limited_by = message;
  cancel(RunCancelling::Reason::not_possible, How::drain, now_);
}

// The time in which nothing could run is nobody's.
void Scheduler::on_resumed(const RunResumed& resumed) {
  timers_.shift(resumed.stopped_for);
  slots_.for_each([&](Running& running) {
    if (running.timer) *running.timer += resumed.stopped_for;
  });
  if (run_deadline_) *run_deadline_ += resumed.stopped_for;
  gate_.shift(resumed.stopped_for);
  waiting_.shift(resumed.stopped_for);
}

void Scheduler::tell_status() {
  RunStatus status{summary_, {}};
  status.so_far.elapsed = now_ - start_;
  slots_.for_each([&](const Running& running) {
    JobRecord job;
    job.argv = argv_in_slot(running.job->spec.command, running.id.slot);
    job.spec = running.job->spec;
    status.running.push_back({running.id, now_ - running.started, std::move(job)});
  });
  events_.emplace_back(std::move(status));
}

void Scheduler::on_signal() {
  cancel(RunCancelling::Reason::signal, How::kill, now_);
  if (std::exchange(has_signal_, true)) {
    kill_at_once_ = true;
    slots_.for_each([&](Running& running) { timers_.set(running.id.slot, running.timer, now_); });
  }
}

void Scheduler::cancel(RunCancelling::Reason reason, How how, Instant now) {
  const bool is_first_kill = how == How::kill && cancel_stop_ == Running::Stop::none;
  if (!cancelling_ || is_first_kill) {
    events_.emplace_back(RunCancelling{reason, now, how});
    summary_.ended_by = name_of(reason);
  }
  cancelling_ = true;
  for (const Job& job : ready_.take_all()) finish_not_started(*job);
  for (const Job& job : waiting_.take_all()) finish_not_started(*job);
  if (is_first_kill) {
    cancel_stop_ =
        reason == RunCancelling::Reason::deadline ? Running::Stop::deadline : Running::Stop::killed;
    slots_.for_each([&](Running& running) { ask_to_end(running, cancel_stop_, now); });
  }
  finish_run_if_over();
}

void Scheduler::check_deadline(Instant heard) {
  if (!run_deadline_ || heard < *run_deadline_ || finished_) return;
  run_deadline_.reset();
  cancel(RunCancelling::Reason::deadline, How::kill, now_);
}

// Asking is done by the timer: it is set to `now`, and next_action() finds it due.
void Scheduler::ask_to_end(Running& running, Running::Stop why, Instant now) {
  if (running.stop != Running::Stop::none) return;  // asked already, its grace goes on
  running.stop = why;
  running.is_asked = false;
  timers_.set(running.id.slot, running.timer, now);
}

std::optional<Action> Scheduler::next_action(Instant now, Instant heard) {
  now_ = std::max(now_, now);
  tell_reduction();
  check_deadline(heard);
  end_waits();
  if (std::optional<Action> stop = stop_next(heard)) return stop;
  return start_next(now_);
}

std::optional<Action> Scheduler::stop_next(Instant heard) {
  const std::optional<SlotNumber> slot = timers_.due(heard);
  if (!slot) return std::nullopt;
  Running& running = *slots_.at(*slot);
  if (running.has_exited && running.stop == Running::Stop::none) return end_leak(running);
  if (running.stop == Running::Stop::none) running.stop = Running::Stop::timeout;
  running.has_leaked = running.has_exited;
  const bool is_second = std::exchange(running.is_asked, true);
  if (is_second || kill_at_once_) {
    timers_.set(*slot, running.timer, std::nullopt);
    return StopAttempt{running.id, StopAttempt::How::kill};
  }
  const Duration grace = running.job->spec.grace.value_or(policy_.grace);
  timers_.set(*slot, running.timer, now_ + grace);
  return StopAttempt{running.id, StopAttempt::How::ask};
}

Action Scheduler::end_leak(Running& running) {
  timers_.set(running.id.slot, running.timer, std::nullopt);
  running.has_leaked = true;
  const bool is_kill = policy_.on_leak == OnLeak::kill;
  return StopAttempt{running.id, is_kill ? StopAttempt::How::kill : StopAttempt::How::release};
}

std::optional<Action> Scheduler::start_next(Instant now) {
  if (!has_room() || is_held_up() || !ready_.has_next()) return std::nullopt;
  if (!gate_.is_open(now)) return std::nullopt;
  gate_.started(now);

  Running& running = slots_.take(ready_.take_next());
  const JobRecord& job = *running.job;
  running.id.job = job.spec.index;
  running.id.number = static_cast<std::uint32_t>(job.attempts.size()) + 1;
  running.started = now;
  const Duration timeout = job.spec.timeout.value_or(policy_.timeout);
  if (timeout > Duration::zero()) timers_.set(running.id.slot, running.timer, now + timeout);
  events_.emplace_back(JobStarted{running.id, now, &job.spec});
  const std::uint32_t retries = job.spec.retries.value_or(policy_.retries);
  return StartAttempt{running.id, &job.spec, running.id.number > retries, job.granted.get()};
}

std::optional<Event> Scheduler::next_event() {
  if (events_.empty()) return std::nullopt;
  std::optional<Event> event = std::move(events_.front());
  events_.pop_front();
  return event;
}

std::optional<Instant> Scheduler::next_deadline() const {
  std::optional<Instant> next = timers_.first();
  const auto consider = [&](std::optional<Instant> at) {
    if (at && (!next || *at < *next)) next = at;
  };
  if (!finished_) consider(run_deadline_);
  consider(waiting_.first());
  if (has_room() && !is_held_up() && ready_.has_next()) consider(gate_.opens_at());
  return next;
}

void Scheduler::on_end(AttemptEnded& ended) {
  Running* running = slots_.find(ended.id);
  if (running == nullptr) return;
  gate_.ran();
  grow_workers();
  JobRecord& record = *running->job;
  record.outcome = judge(*running, ended);
  record.attempts.push_back({ended.id, record.outcome, running->started,
                             std::max(ended.at - running->started, Duration::zero()), ended.usage,
                             running->has_leaked});
  record.out = std::move(ended.out);
  record.err = std::move(ended.err);
  record.value = std::move(ended.value);
  record.input_use = ended.input_use;
  summary_.user += ended.usage.user;
  summary_.system += ended.usage.system;

  timers_.set(running->id.slot, running->timer, std::nullopt);
  Job job = slots_.give_back(ended.id.slot);
  ready_.release(*job);
  wants_retry(*job) ? retry(std::move(job)) : finish(*job);
  finish_run_if_over();
}

// An attempt that was asked to end has ended for that reason, however it went about it. One whose
// process ended before the order went out, or never was, has ended on its own.
Outcome Scheduler::judge(const Running& running, AttemptEnded& ended) const {
  const std::optional<ExitStatus> status = process_end(ended.end);
  if (!running.is_asked || running.has_exited || !status) return std::move(ended.end);
  switch (running.stop) {
    case Running::Stop::none: break;
    case Running::Stop::timeout:
      return TimedOut{running.job->spec.timeout.value_or(policy_.timeout), *status};
    case Running::Stop::killed: return Cancelled{Cancelled::Reason::killed, *status};
    case Running::Stop::deadline: return Cancelled{Cancelled::Reason::deadline, *status};
  }
  return std::move(ended.end);
}

bool Scheduler::wants_retry(const JobRecord& job) const {
  if (cancelling_ || job.attempts.size() > job.spec.retries.value_or(policy_.retries)) return false;
  const JobRetry* own = job.spec.retry.get();
  return is_worth_retrying(job.outcome, own != nullptr && own->on ? *own->on : policy_.retry_on);
}

// After its wait, if it has to.
void Scheduler::retry(Job job) {
  const AttemptRecord& failed = job->attempts.back();
  events_.emplace_back(JobRetrying{failed});
  Backoff backoff = policy_.backoff;
  if (job->spec.retry != nullptr) backoff.delay = job->spec.retry->delay.value_or(backoff.delay);
  const Duration delay = retry_delay(backoff, failed.id, policy_.seed);
  if (delay > Duration::zero()) {
    waiting_.add(std::move(job), now_ + delay);
  } else {
    ready_.put_back(std::move(job));
  }
}

void Scheduler::end_waits() {
  while (Job job = waiting_.take_due(now_)) ready_.put_back(std::move(job));
}

void Scheduler::finish(JobRecord& job) {
  ready_.ended(job);
  tell(job);
  finish_hopeless();
  halt_if_reached();
}

void Scheduler::halt_if_reached() {
  const EndCounts ended{summary_.succeeded - reused_.succeeded, summary_.failed - reused_.failed};
  if (!is_reached(policy_.halt, ended, policy_.known_jobs)) return;
  cancel(reason_of(policy_.halt), how_of(policy_.halt), now_);
}

// One that waited for another attempt has failed on its own; its record says so.
void Scheduler::finish_not_started(JobRecord& job) {
  if (job.attempts.empty()) {
    job.outcome = Cancelled{Cancelled::Reason::not_started, std::nullopt};
  }
  tell(job);
}

// Those that were after one that did not succeed.
void Scheduler::finish_hopeless() {
  while (const Job job = ready_.next_hopeless()) tell(*job);
}

void Scheduler::tell(JobRecord& job) {
  count(job);
  const SlotNumber slot = job.attempts.empty() ? SlotNumber() : job.attempts.back().id.slot;
  job.argv = argv_in_slot(std::exchange(job.spec.command, {}), slot);
  events_.emplace_back(JobFinished{std::move(job)});
}

void Scheduler::count(const JobRecord& job) {
  switch (status_of(job.outcome)) {
    case Status::succeeded:
      ++summary_.succeeded;
      if (is_flaky(job)) ++summary_.flaky;
      break;
    case Status::failed: ++summary_.failed; break;
    case Status::aborted: ++summary_.aborted; break;
  }
}

void Scheduler::finish_run_if_over() {
  if (finished_ || !has_all_jobs_ || !ready_.empty() || !waiting_.is_empty() ||
      slots_.running() > 0) {
    return;
  }
  finished_ = true;
  summary_.workers = std::min<std::uint64_t>(workers_.summed_up(), summary_.jobs);
  summary_.elapsed = now_ - start_;
  events_.emplace_back(RunFinished{summary_, now_});
}

}  // namespace fanout
