#include "run/runner.hpp"

#include <vector>

#include "fanout/base/overloaded.hpp"

namespace fanout {
namespace {

class Pump {
 public:
  Pump(JobSource& source, Scheduler& scheduler, Executor& executor, Reactor& reactor, Tee& sinks)
      : source_(source),
        scheduler_(scheduler),
        executor_(executor),
        reactor_(reactor),
        sinks_(sinks) {}

  std::optional<Error> run() {
    for (std::uint64_t turn = 0;; ++turn) {
      if (wants_job()) pull();
      act();
      tell();
      if (scheduler_.is_done()) return std::move(input_error_);
      if (scheduler_.is_cancelling()) stop_reading();
      if (!wants_job()) {
        wait(scheduler_.next_deadline());
      } else if (turn % kTurnsBetweenLooks == kTurnsBetweenLooks - 1) {
        wait(reactor_.now());  // so that a long input does not hide exits and signals
      }
    }
  }

 private:
  static constexpr std::uint64_t kTurnsBetweenLooks = 16;

  bool wants_job() const { return scheduler_.wants_job() && !is_source_waiting_; }

  // Of a source that has nothing yet, only what it has read is taken once no more will start.
  void stop_reading() {
    if (std::exchange(is_reading_stopped_, true)) return;
    source_.stop_reading();
    is_source_waiting_ = false;
  }

  void pull() {
    NextJob next = source_.next();
    std::visit(Overloaded{
                   [&](JobSpec& job) { scheduler_.add(std::move(job)); },
                   [&](RecordedJob& job) { scheduler_.add(std::move(job)); },
                   [&](const NotYet&) { is_source_waiting_ = true; },
                   [&](const EndOfJobs&) { scheduler_.end_of_jobs(); },
                   [&](Error& error) {
                     input_error_ = std::move(error);
                     scheduler_.input_failed();
                   },
               },
               next);
  }

  void act() {
    while (const std::optional<Action> action = scheduler_.next_action(reactor_.now(), heard_)) {
      tell();  // before the deed: what is written down is never behind
      std::visit(Overloaded{
                     [&](const StartAttempt& order) { executor_.start(order); },
                     [&](const StopAttempt& order) { executor_.stop(order); },
                 },
                 *action);
    }
  }

  void tell() {
    while (const std::optional<Event> event = scheduler_.next_event()) {
      const Result<void> written = sinks_.on(*event);
      if (!written && written.error().kind == ErrorKind::reader_gone) {
        scheduler_.on(ReaderGone{}, reactor_.now());
      }
    }
  }

  void wait(std::optional<Instant> deadline) {
    news_.clear();
    heard_ = reactor_.now();
    reactor_.wait(deadline, news_);
    for (Notice& notice : news_) {
      if (std::holds_alternative<InputArrived>(notice)) is_source_waiting_ = false;
      scheduler_.on(std::move(notice), reactor_.now());
    }
    tell();  // before the source is asked again: what it gives may depend on what has ended
  }

  JobSource& source_;
  Scheduler& scheduler_;
  Executor& executor_;
  Reactor& reactor_;
  Tee& sinks_;
  std::vector<Notice> news_;
  Instant heard_ = Instant::min();  // before the last look at the news
  std::optional<Error> input_error_;
  bool is_source_waiting_ = false;
  bool is_reading_stopped_ = false;
};

}  // namespace

std::optional<Error> run(JobSource& source, Scheduler& scheduler, Executor& executor,
                         Reactor& reactor, Tee& sinks) {
  return Pump(source, scheduler, executor, reactor, sinks).run();
}

}  // namespace fanout
