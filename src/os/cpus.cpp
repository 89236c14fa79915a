#include "os/cpus.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <iterator>

namespace fanout {
namespace {

using Version = CgroupDirectory::Version;

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool has_word(std::string_view list, std::string_view word) {
  const auto words = split(list, ',');
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::optional<std::int64_t> to_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return value;
}

std::optional<unsigned> rounded_up(std::optional<std::int64_t> quota,
                                   std::optional<std::int64_t> period) {
  if (!quota || !period || *quota <= 0 || *period <= 0) return std::nullopt;
  return static_cast<unsigned>((*quota - 1) / *period + 1);
}

struct Mount {
  Version version;
  std::string_view root;  // which part of the hierarchy is mounted there
  std::string_view point;
};

// proc(5): "36 35 98:0 ROOT POINT OPTIONS [TAG…] - TYPE SOURCE SUPEROPTIONS".
std::optional<Mount> parse_mount(std::string_view line, std::string_view controller) {
  const auto fields = split(line, ' ');
  const auto dash = std::find(fields.begin(), fields.end(), "-");
  if (fields.size() < 6 || fields.end() - dash < 4) return std::nullopt;
  if (dash[1] == "cgroup2") return Mount{Version::v2, fields[3], fields[4]};
  if (dash[1] == "cgroup" && has_word(dash[3], controller)) {
    return Mount{Version::v1, fields[3], fields[4]};
  }
  return std::nullopt;
}

// "0::/PATH" for v2, "4:cpu,cpuacct:/PATH" for v1.
std::optional<std::string_view> own_path(std::string_view cgroup, Version version,
                                         std::string_view controller) {
  for (const std::string_view line : split(cgroup, '\n')) {
    const auto fields = split(line, ':');
    if (fields.size() < 3) continue;
    const bool is_ours = version == Version::v2 ? fields[0] == "0" && fields[1].empty()
                                                : has_word(fields[1], controller);
    // The path itself may hold colons.
    if (is_ours) return line.substr(fields[0].size() + fields[1].size() + 2);
  }
  return std::nullopt;
}

// From the process's own directory up to the mount point.
void append_up(std::vector<CgroupDirectory>& directories, const Mount& mount,
               std::string_view path) {
  // In a container the mount may show only the part of the hierarchy below its root.
  if (mount.root != "/") {
    path = path.starts_with(mount.root) ? path.substr(mount.root.size()) : std::string_view();
  }
  while (!path.empty() && path != "/") {
    directories.push_back({mount.version, std::string(mount.point) + std::string(path)});
    path = path.substr(0, path.rfind('/'));
  }
  directories.push_back({mount.version, std::string(mount.point)});
}

std::vector<CgroupDirectory> cgroups_of(std::string_view controller, std::string_view cgroup,
                                        std::string_view mountinfo) {
  std::vector<CgroupDirectory> directories;
  for (const std::string_view line : split(mountinfo, '\n')) {
    const auto mount = parse_mount(line, controller);
    if (!mount) continue;
    const auto path = own_path(cgroup, mount->version, controller);
    if (path) append_up(directories, *mount, *path);
  }
  return directories;
}

std::string read_text(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::optional<unsigned> quota_of(const CgroupDirectory& directory) {
  if (directory.version == Version::v2)
    return parse_cpu_max(read_text(directory.path + "/cpu.max"));
  return parse_cfs_quota(read_text(directory.path + "/cpu.cfs_quota_us"),
                         read_text(directory.path + "/cpu.cfs_period_us"));
}

unsigned processors_by_affinity() {
  // The kernel refuses a mask smaller than its own; a machine can have more than fit a cpu_set_t.
  for (int capacity = CPU_SETSIZE; capacity <= 1 << 20; capacity *= 2) {
    cpu_set_t* set = CPU_ALLOC(static_cast<std::size_t>(capacity));
    const std::size_t size = CPU_ALLOC_SIZE(static_cast<std::size_t>(capacity));
    const int count = ::sched_getaffinity(0, size, set) == 0 ? CPU_COUNT_S(size, set) : 0;
    CPU_FREE(set);
    if (count > 0) return static_cast<unsigned>(count);
  }
  return static_cast<unsigned>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
}

}  // namespace

std::optional<unsigned> parse_cpu_max(std::string_view text) {
  const auto words = split(text.substr(0, text.find('\n')), ' ');
  if (words.size() != 2) return std::nullopt;
  return rounded_up(to_number(words[0]), to_number(words[1]));
}

std::optional<unsigned> parse_cfs_quota(std::string_view quota, std::string_view period) {
  return rounded_up(to_number(quota), to_number(period));
}

std::vector<CgroupDirectory> cpu_cgroups(std::string_view cgroup, std::string_view mountinfo) {
  return cgroups_of("cpu", cgroup, mountinfo);
}

std::vector<CgroupDirectory> memory_cgroups(std::string_view cgroup, std::string_view mountinfo) {
  return cgroups_of("memory", cgroup, mountinfo);
}

unsigned usable_processors() {
  unsigned processors = processors_by_affinity();
  const std::string cgroup = read_text("/proc/self/cgroup");
  const std::string mountinfo = read_text("/proc/self/mountinfo");
  for (const CgroupDirectory& directory : cpu_cgroups(cgroup, mountinfo)) {
    if (const auto quota = quota_of(directory)) processors = std::min(processors, *quota);
  }
  return std::max(1u, processors);
}

}  // namespace fanout
