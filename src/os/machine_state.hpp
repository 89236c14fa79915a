// How busy the machine is: its load average, and the memory that is left to us. Reads what the
// kernel tells; what the texts mean is decided by pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "fanout/base/result.hpp"
#include "os/cpus.hpp"

namespace fanout {

/// The average of the last minute, from /proc/loadavg.
Result<double> load_average();
std::optional<double> parse_load_average(std::string_view loadavg);

/// MemAvailable of /proc/meminfo, in bytes.
std::optional<std::uint64_t> parse_available_memory(std::string_view meminfo);

/// What a cgroup has left: its limit without what is used, of which the files that nobody uses now
/// can be given back at once. Empty: no limit.
std::optional<std::uint64_t> memory_left(std::string_view limit, std::string_view used,
                                         std::string_view stat);

/// What this process and its children can still get, in bytes.
class MemoryProbe {
 public:
  /// Looks up our cgroups, which do not change.
  MemoryProbe();

  /// The memory of the machine, or what the smallest of our cgroups has left.
  Result<std::uint64_t> available() const;

 private:
  std::vector<CgroupDirectory> cgroups_;
};

}  // namespace fanout
