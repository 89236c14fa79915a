#include "sched/slots.hpp"

#include <cassert>
#include <utility>

namespace fanout {

Running& Slots::take(Job job) {
  assert(has_free() && "a slot was taken while none was free");
  if (free_.empty()) {
    slots_.emplace_back();
    free_.push(static_cast<std::uint32_t>(slots_.size()));
  }
  const std::uint32_t number = free_.top();
  free_.pop();
  ++running_;
  Running& running = slots_[number - 1];
  running = Running();
  running.job = std::move(job);
  running.id.slot = SlotNumber{number};
  return running;
}

Job Slots::give_back(SlotNumber slot) {
  free_.push(slot.value);
  --running_;
  return std::move(slots_[slot.value - 1].job);
}

Running* Slots::at(SlotNumber slot) {
  const std::size_t place = slot.value - 1;
  return place < slots_.size() && slots_[place].job != nullptr ? &slots_[place] : nullptr;
}

Running* Slots::find(const AttemptId& id) {
  Running* running = at(id.slot);
  return running != nullptr && running->id == id ? running : nullptr;
}

}  // namespace fanout
