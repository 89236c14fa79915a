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

void Machine::finish_writing(const OutputQueue& output) {
  const int before = signals_seen_;
  while (!output.is_empty() && signals_seen_ == before && signals_seen_ < 2) {
    loop_->run_until(std::nullopt);
  }
}

void Machine::on_signal(int number) {
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
