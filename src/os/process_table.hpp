// Who runs on this machine, as /proc tells it (proc(5)). A look, not a truth: processes come and
// go while it is taken.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fanout {

/// One process for all time: a number that comes round again has another start.
struct ProcessId {
  pid_t pid = 0;
  std::uint64_t started = 0;  ///< clock ticks after boot

  bool operator==(const ProcessId&) const = default;
};

struct ProcessEntry {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;
  char state = '?';
  std::uint64_t started = 0;  ///< clock ticks after boot
  bool is_kernel_thread = false;
  bool has_more_threads = false;  ///< than one

  ProcessId id() const { return {pid, started}; }

  /// Runs no more. A zombie may stay for ever where the init of a container waits for nobody; with
  /// threads left only its first one has ended.
  bool is_dead() const { return (state == 'Z' && !has_more_threads) || state == 'X'; }

  bool is_stopped() const { return state == 'T'; }
};

using ProcessTable = std::vector<ProcessEntry>;

/// Of a line of /proc/PID/stat; pid 0 when it is none.
ProcessEntry parse_process_stat(std::string_view line);

/// Those who come while it is read are in it too, if they stay for a moment. `on_entry` is told of
/// each at once: what is asked of a process later may find it gone. Empty where there is no /proc,
/// or that of another PID namespace.
std::optional<ProcessTable> read_process_table(
    const std::function<void(const ProcessEntry&)>& on_entry = {});

/// Empty when there is none of that number, or nobody can tell.
std::optional<ProcessEntry> read_process(pid_t pid);

/// False where there is no /proc, or its numbers are those of another PID namespace.
bool has_usable_proc();

/// As read_process where has_usable_proc().
std::optional<ProcessEntry> read_usable_process(pid_t pid);

/// What the process found in its environment when it was started; empty when it has no such
/// variable or may not be asked.
std::string environment_value(pid_t pid, std::string_view name);

}  // namespace fanout
