// What the system says of the room for words and environment of a new process, as it is: what to
// make of it is the caller's business (see argument_room.hpp for who only wants to fill it).
#pragma once

#include <cstdint>

namespace fanout {

struct ExecLimits {
  std::uint64_t arg_max = 0;            ///< sysconf(_SC_ARG_MAX)
  std::uint64_t environment_bytes = 0;  ///< of our own, each entry with its NUL
  std::uint64_t environment_entries = 0;
};

ExecLimits exec_limits();

}  // namespace fanout
