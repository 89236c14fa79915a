// What the system says of the room for words and environment of a new process, as it is: what to
// make of it is the caller's business (see argument_room.hpp for who only wants to fill it).
#pragma once

#include <cstddef>
#include <cstdint>

namespace fanout {

/// MAX_ARG_STRLEN of execve(2): no word of a command is as long, its NUL counted.
constexpr std::size_t kLongestArgument = 131072;

struct ExecLimits {
  std::uint64_t arg_max = 0;            ///< sysconf(_SC_ARG_MAX)
  std::uint64_t environment_bytes = 0;  ///< of our own, each entry with its NUL
  std::uint64_t environment_entries = 0;
};

ExecLimits exec_limits();

}  // namespace fanout
