// Some processes with all that descend from them, found without a look at every process of the
// machine: with thousands of children that takes longer than the children's timeouts may wait.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <vector>

#include "os/process_table.hpp"

namespace fanout {

/// The children of all threads of a process, zombies too; none when there is no such process. Empty
/// where the kernel does not tell (CONFIG_PROC_CHILDREN, see proc(5)). Complete as long as none of
/// them is waited for meanwhile.
std::optional<std::vector<pid_t>> children_of(pid_t pid);

/// Our children but for those that somebody answers for: who has lost its parents below us is one
/// of them, as we are a subreaper. Those that have ended too. Empty where children_of() is.
std::optional<std::vector<pid_t>> orphans_of_ours(const std::function<bool(pid_t)>& is_ours);

/// What read_process_table() says of `roots`, of the orphans that are listed then, of the
/// descendants of both, and of this process. Lists them again when one of them was about to end,
/// but not for as long as they fork and exit. Empty where children_of() or the list is.
std::optional<ProcessTable> read_descendants(
    const std::vector<pid_t>& roots,
    const std::function<std::optional<std::vector<pid_t>>()>& list_orphans,
    const std::function<void(const ProcessEntry&)>& on_entry = {});

}  // namespace fanout
