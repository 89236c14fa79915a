// Looks once a second how busy the machine is and tells for how many more jobs there is room. It
// starts and stops nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "exec/inbox.hpp"
#include "fanout/base/result.hpp"
#include "fanout/notice.hpp"
#include "os/event_loop.hpp"
#include "os/machine_state.hpp"
#include "os/ticker.hpp"

namespace fanout {

struct CapacityLimits {
  std::optional<double> load;  ///< at or above it there is no room
  std::uint64_t memory = 0;    ///< below so many bytes there is none; 0: it does not matter

  bool are_any() const { return load || memory > 0; }
};

/// What was seen of that which is limited.
struct MachineState {
  double load = 0;
  std::uint64_t memory = 0;
};

/// Each job is taken to need the memory that shall be free and to add one to the load.
CapacityChanged capacity(const CapacityLimits& limits, const MachineState& seen);

class CapacityWatch {
 public:
  /// The error is of the first look; what it says is to be told before anything starts.
  static Result<std::unique_ptr<CapacityWatch>> open(EventLoop& loop, Inbox& inbox,
                                                     const CapacityLimits& limits);

  CapacityChanged first() const { return first_; }

 private:
  CapacityWatch(EventLoop& loop, Inbox& inbox, const CapacityLimits& limits);
  Result<CapacityChanged> look() const;

  CapacityLimits limits_;
  MemoryProbe memory_;
  CapacityChanged first_;
  Ticker ticker_;
};

}  // namespace fanout
