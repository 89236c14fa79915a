#include "cli/machine.hpp"

#include <csignal>
#include <optional>
#include <utility>

namespace fanout {

Machine::Machine(std::unique_ptr<EventLoop> loop)
    : loop_(std::move(loop)), reactor_(*loop_, inbox_) {}

Result<std::unique_ptr<Machine>> Machine::open() {
  Result<std::unique_ptr<EventLoop>> loop = EventLoop::open();
  if (!loop) return std::move(loop).error();
  std::unique_ptr<Machine> machine(new Machine(std::move(*loop)));
  auto signals = SignalWatch::open(*machine->loop_,
                                   [at = machine.get()](int number) { at->on_signal(number); });
  if (!signals) return std::move(signals).error();
  machine->signals_ = std::move(*signals);
  return machine;
}

RunClock clock_of(EventLoop& loop) {
  return {loop.now(), loop.wall_now()};
}

void Machine::finish_writing(const OutputQueue& output, const std::function<bool()>& has_more) {
  const int before = signals_seen_;
  while ((!output.is_empty() || has_more()) && signals_seen_ < 2) {
    if (signals_seen_ > before && output.awaits_reader() && !has_more()) return;
    loop_->run_until(std::nullopt);
    stop_if_asked();
  }
}

void Machine::on_signal(int number) {
  switch (number) {
    case SIGTSTP: is_stop_asked_ = true; return inbox_.push(InputArrived{});  // to end the wait
    case SIGCONT: is_stop_asked_ = false; return;
    case SIGUSR1:
      if (are_signals_for_workers_) return inbox_.push(WorkersChanged{WorkersChanged::How::by, 1});
      return inbox_.push(StatusAsked{});
    case SIGUSR2: return inbox_.push(WorkersChanged{WorkersChanged::How::by, -1});
    default: return ask_to_end(number);
  }
}

void Machine::take_signals_for_workers() {
  are_signals_for_workers_ = true;
  signals_->add_second_user_signal();
}

void Machine::wait(std::optional<Instant> deadline, std::vector<Notice>& news) {
  reactor_.wait(deadline, news);
  if (const std::optional<RunResumed> resumed = stop_if_asked()) news.emplace_back(*resumed);
}

// Not from the loop, which has to be asked once more before: a SIGCONT may have come while the jobs
// were being stopped, and nobody would send another.
std::optional<RunResumed> Machine::stop_if_asked() {
  if (!is_stop_asked_) return std::nullopt;
  const Instant stopped = loop_->now();
  for (const auto& stop : stops_) stop();
  loop_->run_until(Instant::min());
  if (is_stop_asked_) stop_oneself();
  is_stop_asked_ = false;
  for (const auto& resume : resumes_) resume();
  return RunResumed{loop_->now() - stopped};
}

void Machine::ask_to_end(int number) {
  if (leaves_interrupts_ && (number == SIGINT || number == SIGQUIT)) {
    interrupt_ = number;
    return;
  }
  signal_ = number;
  // The first ends the jobs, the second kills them, and whoever still insists is obeyed.
  if (++signals_seen_ > 2) die_by(number);
  inbox_.push(SignalArrived{number});
}

}  // namespace fanout
