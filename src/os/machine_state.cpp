#include "os/machine_state.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "os/small_file.hpp"

namespace fanout {
namespace {

constexpr const char* kLoadAverage = "/proc/loadavg";
constexpr const char* kMemory = "/proc/meminfo";

std::string text_of(const std::string& path) {
  Result<std::string> text = read_small_file(path);
  return text ? std::move(*text) : std::string();
}

std::optional<std::uint64_t> to_number(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end == text.data()) return std::nullopt;
  return value;
}

/// The number after `key` at the beginning of a line.
std::optional<std::uint64_t> value_of(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    if (text.starts_with(key)) return to_number(text.substr(key.size()));
    const std::size_t end = text.find('\n');
    if (end == text.npos) return std::nullopt;
    text.remove_prefix(end + 1);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> memory_left_in(const CgroupDirectory& cgroup) {
  const bool is_v2 = cgroup.version == CgroupDirectory::Version::v2;
  const auto file = [&](const char* v2, const char* v1) {
    return text_of(cgroup.path + (is_v2 ? v2 : v1));
  };
  return memory_left(file("/memory.max", "/memory.limit_in_bytes"),
                     file("/memory.current", "/memory.usage_in_bytes"),
                     file("/memory.stat", "/memory.stat"));
}

Error unreadable(const char* path) {
  return {ErrorKind::system, std::string("cannot read ") + path + ": it is not as expected"};
}

}  // namespace

std::optional<double> parse_load_average(std::string_view loadavg) {
  double load = 0;
  const auto [end, problem] = std::from_chars(loadavg.data(), loadavg.data() + loadavg.size(), load,
                                              std::chars_format::fixed);
  if (problem != std::errc() || load < 0) return std::nullopt;
  return load;
}

std::optional<std::uint64_t> parse_available_memory(std::string_view meminfo) {
  const std::optional<std::uint64_t> kibibytes = value_of(meminfo, "MemAvailable:");
  if (!kibibytes) return std::nullopt;
  return *kibibytes * 1024;
}

std::optional<std::uint64_t> memory_left(std::string_view limit, std::string_view used,
                                         std::string_view stat) {
  const std::optional<std::uint64_t> most = to_number(limit);  // not for `max`
  const std::optional<std::uint64_t> now = to_number(used);
  if (!most || !now) return std::nullopt;
  // v1 tells those of the cgroups below it as well, under another name.
  const std::optional<std::uint64_t> with_those_below = value_of(stat, "total_inactive_file ");
  const std::uint64_t unused_files =
      with_those_below ? *with_those_below : value_of(stat, "inactive_file ").value_or(0);
  const std::uint64_t needed = *now - std::min(*now, unused_files);
  return *most - std::min(*most, needed);
}

Result<double> load_average() {
  const Result<std::string> text = read_small_file(kLoadAverage);
  if (!text) return text.error();
  const std::optional<double> load = parse_load_average(*text);
  if (!load) return unreadable(kLoadAverage);
  return *load;
}

MemoryProbe::MemoryProbe()
    : cgroups_(memory_cgroups(text_of("/proc/self/cgroup"), text_of("/proc/self/mountinfo"))) {}

Result<std::uint64_t> MemoryProbe::available() const {
  const Result<std::string> text = read_small_file(kMemory);
  if (!text) return text.error();
  std::optional<std::uint64_t> available = parse_available_memory(*text);
  if (!available) return unreadable(kMemory);
  for (const CgroupDirectory& cgroup : cgroups_) {
    if (const auto left = memory_left_in(cgroup)) available = std::min(*available, *left);
  }
  return *available;
}

}  // namespace fanout
