// How many processors this process may use: its affinity, cut by the quota of its cgroups.
// Reads the machine once a call; what the texts mean is decided by pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fanout {

/// At least 1.
unsigned usable_processors();

/// `cpu.max` of cgroup v2, "200000 100000" or "max 100000": processors, rounded up; empty: no
/// limit.
std::optional<unsigned> parse_cpu_max(std::string_view text);

/// `cpu.cfs_quota_us` and `cpu.cfs_period_us` of cgroup v1; a quota of -1 is no limit.
std::optional<unsigned> parse_cfs_quota(std::string_view quota, std::string_view period);

struct CgroupDirectory {
  enum class Version { v1, v2 };
  Version version = Version::v2;
  std::string path;

  bool operator==(const CgroupDirectory&) const = default;
};

/// The directories whose quotas bind this process, its own first and then its ancestors, from the
/// texts of /proc/self/cgroup and /proc/self/mountinfo.
std::vector<CgroupDirectory> cpu_cgroups(std::string_view cgroup, std::string_view mountinfo);
/// Likewise those whose limits of memory bind it.
std::vector<CgroupDirectory> memory_cgroups(std::string_view cgroup, std::string_view mountinfo);

}  // namespace fanout
