// The limits of setrlimit(2) and the priority that a child sets for itself before it executes
// anything.
#pragma once

#include <cstdint>

#include "fanout/base/process_limit.hpp"
#include "fanout/base/result.hpp"

namespace fanout {

struct ResourceLimit {
  int resource = 0;            ///< as setrlimit(2) calls it
  std::uint64_t value = 0;     ///< kNoLimit: none
  const char* call = nullptr;  ///< for a message: `setrlimit RLIMIT_CPU`
};

ResourceLimit resource_limit(ProcessLimit which, std::uint64_t value);

/// In a child between fork and exec, so async-signal-safe; both return false and leave errno.
/// Soft and hard limit become the value; but a hard limit of processor time is a second more, if it
/// may be: SIGXCPU tells what happened, and the SIGKILL of the hard limit would come before it.
bool set_in_child(const ResourceLimit& limit);
/// Adds to the priority that was inherited, as nice(1) does.
bool add_nice_in_child(int by);

/// Whether our children may have that higher priority (`by` is negative), from trying it out.
Result<void> check_nice(int by);

}  // namespace fanout
