// What setrlimit(2) can limit for a process, as far as users know it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace fanout {

enum class ProcessLimit { cpu, memory, data, stack, file_size, files, processes, core, locked };

inline constexpr std::size_t kProcessLimits = 9;
inline constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

}  // namespace fanout
