#include "exec/capacity_watch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fanout {
namespace {

using namespace std::chrono_literals;

constexpr Duration kBetweenLooks = 1s;
constexpr std::uint32_t kPlenty = std::numeric_limits<std::uint32_t>::max();

std::uint32_t room_by_load(double limit, double load) {
  if (load >= limit) return 0;
  return static_cast<std::uint32_t>(std::min<double>(std::ceil(limit - load), kPlenty));
}

}  // namespace

CapacityChanged capacity(const CapacityLimits& limits, const MachineState& seen) {
  std::uint32_t room = kPlenty;
  if (limits.load) room = room_by_load(*limits.load, seen.load);
  if (limits.memory > 0) {
    room = static_cast<std::uint32_t>(std::min<std::uint64_t>(room, seen.memory / limits.memory));
  }
  return {room};
}

CapacityWatch::CapacityWatch(EventLoop& loop, Inbox& inbox, const CapacityLimits& limits)
    : limits_(limits), ticker_(loop, kBetweenLooks, [this, &inbox] {
        // What was seen last holds where nothing can be seen for once.
        if (const Result<CapacityChanged> seen = look()) inbox.push(*seen);
      }) {}

Result<CapacityChanged> CapacityWatch::look() const {
  MachineState seen;
  if (limits_.load) {
    const Result<double> load = load_average();
    if (!load) return Error{load.error().kind, "load: " + load.error().message};
    seen.load = *load;
  }
  if (limits_.memory > 0) {
    const Result<std::uint64_t> memory = memory_.available();
    if (!memory) return Error{memory.error().kind, "memfree: " + memory.error().message};
    seen.memory = *memory;
  }
  return capacity(limits_, seen);
}

Result<std::unique_ptr<CapacityWatch>> CapacityWatch::open(EventLoop& loop, Inbox& inbox,
                                                           const CapacityLimits& limits) {
  std::unique_ptr<CapacityWatch> watch(new CapacityWatch(loop, inbox, limits));
  const Result<CapacityChanged> seen = watch->look();
  if (!seen) return seen.error();
  watch->first_ = *seen;
  return watch;
}

}  // namespace fanout
