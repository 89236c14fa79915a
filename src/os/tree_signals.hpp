// Signals to whole process trees, as many at once as there are: one look at all processes serves
// them all. Without a usable /proc they reach the leaders' groups only.
#pragma once

#include <vector>

#include "os/process_tree.hpp"

namespace fanout {

// What kill(2) refuses is no news: ESRCH says that they are gone, EPERM that they run as somebody
// else, whom we cannot reach.

/// SIGTERM to everybody, and SIGCONT so that the stopped hear it.
void terminate(ProcessTrees trees, const Family& family);

/// SIGKILL to everybody. All are stopped first, so that nobody can fork faster than we look.
void kill(ProcessTrees trees, const Family& family);

/// SIGSTOP to everybody. A tree that is stopped is left alone.
void stop(ProcessTrees trees, const Family& family);

/// SIGCONT to everybody that stop stopped.
void resume(ProcessTrees trees, const Family& family);

/// For each tree whether somebody in it still runs; the dead who wait to be reaped do not.
std::vector<bool> have_processes(ProcessTrees trees, const Family& family);

}  // namespace fanout
