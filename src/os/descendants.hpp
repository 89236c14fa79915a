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

/// What read_process_table() says of those that `roots` names and their descendants, and of this
/// process. Asks again when somebody was about to end, but not for as long as they fork and exit.
/// Empty where children_of() is.
std::optional<ProcessTable> read_descendants(
    const std::function<std::vector<pid_t>()>& roots,
    const std::function<void(const ProcessEntry&)>& on_entry = {});

}  // namespace fanout
