// A started process with all that descend from it, also those that left its group, its session or
// their parents. Membership is a pure function of what /proc shows; it signals nobody.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "os/launch.hpp"
#include "os/process_table.hpp"

namespace fanout {

/// Whose it is, in the environment of every process of a tree: the marks of the trees it is in,
/// outermost first, with colons between them. A fanout in a tree appends its own.
inline constexpr std::string_view kTrailVariable = "FANOUT_TRAIL";

struct ProcessTree {
  pid_t leader = 0;  ///< 0: known by its mark alone
  ProcessGroup group = ProcessGroup::own;
  /// `RUN.INDEX.ATTEMPT`; a part of it from the left stands for all below. Empty: none.
  std::string mark;
  /// A directory of cgroup v2 that is the tree's alone for as long as it stands here; empty: none.
  std::string cgroup;
  /// To be set once the leader was waited for: from then on its number can be anybody's.
  bool is_reaped = false;

  /// Who was seen in it at the last look, the dead left out. Kept by the looks, so that those who
  /// have since lost parent and mark are known again.
  std::vector<ProcessId> known;
  /// Set by stop and unset by resume.
  bool is_stopped = false;
  /// Who was stopped already when stop came, and is left so by resume.
  std::vector<ProcessId> asleep;
};

using ProcessTrees = std::span<ProcessTree* const>;

/// From where one looks.
struct Family {
  enum class Scope {
    descendants,  ///< trees are below `self`, which adopts orphans (subreaper)
    everybody,    ///< trees can be anywhere
  };

  Family();  ///< of this process

  pid_t self;     ///< in no tree, nor are its ancestors
  pid_t session;  ///< in which leaders start
  Scope scope = Scope::descendants;
  /// Which children of `self` somebody else answers for: the leaders of all trees, also of those
  /// not asked about. Without it more environments are read.
  std::function<bool(pid_t)> is_ours;
  /// Those children of `self` that nobody answers for; nothing where that cannot be told. By
  /// default they are looked for at every look.
  std::function<std::optional<std::vector<pid_t>>()> orphans;
  /// The trail in a process's environment; empty when it has none.
  std::function<std::string(pid_t)> trail;
  /// Who is in a cgroup's directory or below it.
  std::function<std::vector<pid_t>(const std::string&)> in_cgroup;
};

/// Zombies too.
using Members = std::vector<ProcessEntry>;

/// For each tree, in order, who is in it; a process is in one at most. Somebody is in a tree who
/// - leads it, was known in it before, or is in its cgroup,
/// - is in the leader's group or session, when the group is its own,
/// - has a parent in it, or is in a session that somebody in it began,
/// - or, where nothing else explains them, has its mark in the environment.
std::vector<Members> members_of(ProcessTrees trees, const ProcessTable& table,
                                const Family& family);

/// The same of what is read now, which is no more of the machine than it must be; keeps `known`.
/// Empty without a usable /proc.
std::optional<std::vector<Members>> look_at(ProcessTrees trees, const Family& family);

}  // namespace fanout
