// Decides what starts, what is ended and what is tried again, and tells the story of it.
// It does no I/O and knows no clock: it is told what happened and what time it is.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "fanout/action.hpp"
#include "fanout/event.hpp"
#include "fanout/notice.hpp"
#include "fanout/settings.hpp"
#include "fanout/source.hpp"
#include "sched/halt.hpp"
#include "sched/ready_queue.hpp"
#include "sched/slots.hpp"
#include "sched/start_gate.hpp"
#include "sched/timers.hpp"
#include "sched/waiting_room.hpp"
#include "sched/worker_count.hpp"

namespace fanout {

struct Policy {
  std::uint32_t max_workers = 1;  ///< at least 1
  Duration timeout{};             ///< for jobs without their own; 0 is none
  Duration grace{};               ///< between asking to end and killing
  Duration leak_timeout{};        ///< for what a job leaves behind; 0 is none
  OnLeak on_leak = OnLeak::leave;
  Duration deadline{};  ///< for the whole run; 0 is none
  Duration pause{};     ///< least gap between any two starts
  std::optional<StartRate> rate{};
  std::uint32_t retries = 0;
  RetryOn retry_on{};
  Backoff backoff{};
  std::uint64_t seed = 0;  ///< for what is random in it
  /// One job at a time, in input order: no other starts while one waits for its next attempt.
  bool is_serial = false;
  Halt halt{};
  std::optional<std::uint64_t> known_jobs{};  ///< how many there will be; empty: nobody knows
  std::vector<Resource> resources = {};       ///< no job needs another, or more of one
  FirstStart first_start = FirstStart::at_once;
};

/// Use: add() jobs while wants_job(); carry out next_action() until there is none; tell every
/// next_event(); wait until next_deadline() or news; on() each notice; again, until is_done().
class Scheduler {
 public:
  Scheduler(Policy policy, Instant start);

  /// True while another job could start at once, or has to be recorded as not started.
  bool wants_job() const;
  void add(JobSpec job);
  /// One that an earlier run has recorded: its story is told, but no halt comes of it.
  void add(RecordedJob recorded);
  void end_of_jobs();

  /// What the notice holds is taken out of it.
  void on(Notice&& notice, Instant now);

  /// Time has come to `now`. Whatever happened before `heard` has been told: deadlines are judged
  /// by that, so that an exit beats one also when nobody could listen for a while.
  std::optional<Action> next_action(Instant now, Instant heard);
  std::optional<Event> next_event();

  /// When next_action() must be asked again even without news.
  std::optional<Instant> next_deadline() const;

  /// No more will be started: the source may stop reading.
  bool is_cancelling() const { return cancelling_; }
  bool is_done() const { return finished_ && events_.empty(); }

  /// The input turned out to be wrong in mid-stream: what runs may finish, nothing more starts.
  void input_failed();

 private:
  using How = RunCancelling::How;

  void on_end(AttemptEnded& ended);
  void on_exit(const ProcessExited& news);
  void on_refused(const StartRefused& refused);
  void on_resumed(const RunResumed& resumed);
  void tell_status();
  void on_signal();
  void cancel(RunCancelling::Reason reason, How how, Instant now);
  void halt_if_reached();
  /// Nothing else may start before the job that waits for its next attempt.
  bool is_held_up() const { return policy_.is_serial && !waiting_.is_empty(); }
  void end_waits();
  void check_deadline(Instant heard);
  void tell_reduction();

  std::optional<Action> start_next(Instant now);
  std::optional<Action> stop_next(Instant heard);
  Action end_leak(Running& running);
  Outcome judge(const Running& running, AttemptEnded& ended) const;
  bool wants_retry(const JobRecord& job) const;
  void retry(Job job);
  void finish(JobRecord& job);
  void finish_not_started(JobRecord& job);
  void finish_hopeless();
  void tell(JobRecord& job);
  void count(const JobRecord& job);
  void ask_to_end(Running& running, Running::Stop why, Instant now);
  void change_workers(const WorkersChanged& change);
  bool has_room() const { return slots_.has_free() && gate_.has_room(slots_.running()); }
  void reduce_workers(const std::string& message);
  void grow_workers();
  void wait_to_start(const std::string& message);
  void finish_run_if_over();

  Policy policy_;
  Instant start_;
  Instant now_;
  WorkerCount workers_;
  Slots slots_;
  StartGate gate_;
  Timers timers_;
  ReadyQueue ready_;
  WaitingRoom waiting_;
  std::deque<Event> events_;
  Summary summary_;
  EndCounts reused_;  // of the summary's, those that were recorded before
  std::optional<Instant> run_deadline_;
  Running::Stop cancel_stop_ = Running::Stop::none;
  bool has_all_jobs_ = false;
  bool cancelling_ = false;
  bool has_signal_ = false;
  bool kill_at_once_ = false;  // a second signal came
  bool is_reduction_untold_ = false;
  bool finished_ = false;
};

}  // namespace fanout
