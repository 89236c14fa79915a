#include "sched/slots.hpp"

#include <cassert>
#include <memory>

namespace fanout {

Running& Slots::take() {
  assert(has_free() && "a slot was taken while none was free");
  if (free_.empty()) {
    slots_.emplace_back();
    free_.push(static_cast<std::uint32_t>(slots_.size()));
  }
  const std::uint32_t number = free_.top();
  free_.pop();
  ++running_;
  slots_[number - 1] = std::make_unique<Running>();
  slots_[number - 1]->id.slot = SlotNumber{number};
  return *slots_[number - 1];
}

void Slots::give_back(SlotNumber slot) {
  slots_[slot.value - 1] = nullptr;
  free_.push(slot.value);
  --running_;
}

Running* Slots::at(SlotNumber slot) {
  const std::size_t place = slot.value - 1;
  return place < slots_.size() ? slots_[place].get() : nullptr;
}

Running* Slots::find(const AttemptId& id) {
  Running* running = at(id.slot);
  return running != nullptr && running->id == id ? running : nullptr;
}

}  // namespace fanout
