#include "os/descendants.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>

#include "os/fd.hpp"

namespace fanout {
namespace {

constexpr int kMostRounds = 3;

std::string task_path(pid_t pid) {
  return "/proc/" + std::to_string(pid) + "/task";
}

/// Appends the numbers in the file; false when it cannot be opened.
bool append_numbers(const std::string& path, std::vector<pid_t>& numbers) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return false;
  std::array<char, 4096> buffer;
  std::size_t kept = 0;  // of a number whose end has not been read
  for (;;) {
    const ssize_t count = ::read(file.get(), buffer.data() + kept, buffer.size() - kept);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return true;
    const char* at = buffer.data();
    const char* const end = at + kept + count;
    for (const char* space; (space = std::find(at, end, ' ')) != end; at = space + 1) {
      pid_t number = 0;
      if (std::from_chars(at, space, number).ec == std::errc()) numbers.push_back(number);
    }
    kept = static_cast<std::size_t>(end - at);
    std::copy(at, end, buffer.data());
  }
}

std::vector<std::string> threads_of(pid_t pid) {
  std::vector<std::string> threads;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(task_path(pid).c_str()),
                                                      ::closedir);
  if (!directory) return threads;
  while (const dirent* found = ::readdir(directory.get())) {
    if (found->d_name[0] != '.') threads.emplace_back(found->d_name);
  }
  return threads;
}

/// The children of one thread of it, or of all; nothing where the kernel does not tell.
std::optional<std::vector<pid_t>> read_children(pid_t pid, bool has_more_threads) {
  std::vector<pid_t> children;
  const std::string task = task_path(pid);
  const std::string first = task + "/" + std::to_string(pid);
  if (!append_numbers(first + "/children", children)) {
    // Gone, or the kernel has no such file for anybody.
    if (::access(first.c_str(), F_OK) == 0) return std::nullopt;
    return children;
  }
  if (!has_more_threads) return children;
  for (const std::string& thread : threads_of(pid)) {
    if (thread != std::to_string(pid)) append_numbers(task + "/" + thread + "/children", children);
  }
  return children;
}

class Walk {
 public:
  explicit Walk(const std::function<void(const ProcessEntry&)>& on_entry) : on_entry_(on_entry) {}

  /// False where it cannot be told.
  bool add_with_descendants(std::vector<pid_t> waiting) {
    std::unordered_set<pid_t> visited;
    while (!waiting.empty()) {
      const pid_t pid = waiting.back();
      waiting.pop_back();
      if (!visited.insert(pid).second) continue;
      const std::optional<ProcessEntry> entry = read_usable_process(pid);
      if (!entry || entry->is_dead()) has_met_the_dead_ = true;
      if (!entry) continue;
      add(*entry);
      const auto children = read_children(pid, entry->has_more_threads);
      if (!children) return false;
      waiting.insert(waiting.end(), children->begin(), children->end());
    }
    return true;
  }

  void add(const ProcessEntry& entry) {
    if (!seen_.insert(entry.pid).second) return;
    table_.push_back(entry);
    if (on_entry_) on_entry_(entry);
  }

  /// Who ends between two lists may have children that are in neither of them.
  bool has_met_the_dead() const { return has_met_the_dead_; }
  void forget_the_dead() { has_met_the_dead_ = false; }

  ProcessTable take() { return std::move(table_); }

 private:
  const std::function<void(const ProcessEntry&)>& on_entry_;
  std::unordered_set<pid_t> seen_;
  ProcessTable table_;
  bool has_met_the_dead_ = false;
};

}  // namespace

std::optional<std::vector<pid_t>> children_of(pid_t pid) {
  if (!has_usable_proc()) return std::nullopt;
  const std::optional<ProcessEntry> entry = read_usable_process(pid);
  return read_children(pid, entry && entry->has_more_threads);
}

std::optional<std::vector<pid_t>> orphans_of_ours(const std::function<bool(pid_t)>& is_ours) {
  auto children = children_of(::getpid());
  if (children) std::erase_if(*children, is_ours);
  return children;
}

std::optional<ProcessTable> read_descendants(
    const std::vector<pid_t>& roots,
    const std::function<std::optional<std::vector<pid_t>>()>& list_orphans,
    const std::function<void(const ProcessEntry&)>& on_entry) {
  Walk walk(on_entry);
  const auto self = has_usable_proc() ? read_usable_process(::getpid()) : std::nullopt;
  if (!self) return std::nullopt;
  walk.add(*self);
  // First, for who has ended before the list is made has its children in it.
  if (!walk.add_with_descendants(roots)) return std::nullopt;
  for (int round = 0; round < kMostRounds; ++round) {
    const auto orphans = list_orphans();
    walk.forget_the_dead();
    if (!orphans || !walk.add_with_descendants(*orphans)) return std::nullopt;
    if (!walk.has_met_the_dead()) break;
  }
  return walk.take();
}

}  // namespace fanout
