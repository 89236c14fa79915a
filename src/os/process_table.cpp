#include "os/process_table.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <utility>

#include "os/fd.hpp"

namespace fanout {
namespace {

// Fields of proc_pid_stat(5), counted from the state, which is its third.
enum Field : std::size_t {
  kParent = 1,
  kGroup = 2,
  kSession = 3,
  kFlags = 6,
  kThreads = 17,
  kStarted = 19,
};
constexpr std::uint64_t kIsKernelThread = 0x00200000;  // PF_KTHREAD

// A look takes milliseconds, a fork much less: who came meanwhile is read in a quick second round,
// and so on, but not for as long as somebody forks.
constexpr int kMostRounds = 4;

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

/// Opens /proc/PID/NAME, without an allocation: it is done for every process. By its whole path, so
/// that the last free descriptor is enough.
Fd open_file(pid_t pid, std::string_view name) {
  std::array<char, 40> path{"/proc/"};
  char* end = std::to_chars(path.data() + 6, path.data() + 20, pid).ptr;
  *end++ = '/';
  std::memcpy(end, name.data(), name.size());
  end[name.size()] = '\0';
  return Fd(::open(path.data(), O_RDONLY | O_CLOEXEC));
}

ssize_t read_some(int fd, char* to, std::size_t size) {
  for (;;) {
    const ssize_t count = ::read(fd, to, size);
    if (count >= 0 || errno != EINTR) return count;
  }
}

pid_t to_pid(const char* name) {
  pid_t pid = 0;
  const char* end = name + std::strlen(name);
  return std::from_chars(name, end, pid).ptr == end ? pid : 0;
}

/// Those in /proc that are not in `seen`, which is in order and then has them too.
std::vector<pid_t> new_numbers(DIR* proc, std::vector<pid_t>& seen) {
  std::vector<pid_t> fresh;
  ::rewinddir(proc);
  while (const dirent* found = ::readdir(proc)) {
    const pid_t pid = to_pid(found->d_name);
    if (pid > 0 && !std::binary_search(seen.begin(), seen.end(), pid)) fresh.push_back(pid);
  }
  seen.insert(seen.end(), fresh.begin(), fresh.end());
  std::sort(seen.begin(), seen.end());
  return fresh;
}

std::string read_whole(int fd) {
  std::string bytes;
  for (std::size_t size = 0;;) {
    bytes.resize(size + 65536);
    const ssize_t count = read_some(fd, bytes.data() + size, bytes.size() - size);
    size += count > 0 ? static_cast<std::size_t>(count) : 0;
    if (count > 0) continue;
    bytes.resize(size);
    return bytes;
  }
}

}  // namespace

// After unshare --pid without a /proc of its own, the numbers in it are those of the namespace
// outside: to signal them would hit anybody.
bool has_usable_proc() {
  char target[16];
  const ssize_t size = ::readlink("/proc/self", target, sizeof target);
  pid_t self = 0;
  if (size > 0) std::from_chars(target, target + size, self);
  return self == ::getpid();
}

ProcessEntry parse_process_stat(std::string_view line) {
  // The name may hold anything, a parenthesis too; only numbers come after it.
  const std::size_t name_end = line.rfind(')');
  if (name_end == line.npos || name_end + 2 >= line.size()) return {};
  ProcessEntry entry;
  entry.state = line[name_end + 2];
  std::array<std::uint64_t, kStarted + 1> fields{};
  const char* at = line.data() + name_end + 3;
  const char* const end = line.data() + line.size();
  for (std::size_t i = kParent; i < fields.size(); ++i) {
    while (at != end && (*at == ' ' || *at == '-')) ++at;  // none of those below is negative
    const auto [next, error] = std::from_chars(at, end, fields[i]);
    if (error != std::errc()) return {};
    at = next;
  }
  if (std::from_chars(line.data(), end, entry.pid).ec != std::errc()) return {};
  entry.parent = static_cast<pid_t>(fields[kParent]);
  entry.group = static_cast<pid_t>(fields[kGroup]);
  entry.session = static_cast<pid_t>(fields[kSession]);
  entry.started = fields[kStarted];
  entry.is_kernel_thread = (fields[kFlags] & kIsKernelThread) != 0;
  entry.has_more_threads = fields[kThreads] > 1;
  return entry;
}

std::optional<ProcessEntry> read_usable_process(pid_t pid) {
  const Fd file = open_file(pid, "stat");
  if (!file.is_open()) return std::nullopt;
  std::array<char, 1024> line;
  const ssize_t size = read_some(file.get(), line.data(), line.size());
  if (size <= 0) return std::nullopt;
  const ProcessEntry entry = parse_process_stat({line.data(), static_cast<std::size_t>(size)});
  if (entry.pid == 0) return std::nullopt;
  return entry;
}

std::optional<ProcessTable> read_process_table(
    const std::function<void(const ProcessEntry&)>& on_entry) {
  const Directory directory(::opendir("/proc"));  // close-on-exec
  if (!directory || !has_usable_proc()) return std::nullopt;
  ProcessTable table;
  std::vector<pid_t> seen;
  bool has_self = false;
  for (int round = 0; round < kMostRounds; ++round) {
    const std::vector<pid_t> fresh = new_numbers(directory.get(), seen);
    if (fresh.empty()) break;
    for (const pid_t pid : fresh) {
      const auto entry = read_usable_process(pid);
      if (!entry) continue;
      table.push_back(*entry);
      if (on_entry) on_entry(*entry);
      has_self = has_self || pid == ::getpid();
    }
  }
  // Without ourselves it says nothing: no descriptor was left to read it with.
  if (!has_self) return std::nullopt;
  return table;
}

std::optional<ProcessEntry> read_process(pid_t pid) {
  if (!has_usable_proc()) return std::nullopt;
  return read_usable_process(pid);
}

std::string environment_value(pid_t pid, std::string_view name) {
  const Fd file = open_file(pid, "environ");
  if (!file.is_open()) return {};
  const std::string all = read_whole(file.get());
  for (std::string_view rest = all; !rest.empty();) {
    const std::string_view entry = rest.substr(0, rest.find('\0'));
    if (entry.size() > name.size() && entry[name.size()] == '=' && entry.starts_with(name)) {
      return std::string(entry.substr(name.size() + 1));
    }
    rest.remove_prefix(std::min(rest.size(), entry.size() + 1));
  }
  return {};
}

}  // namespace fanout
