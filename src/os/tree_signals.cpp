#include "os/tree_signals.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <iterator>
#include <span>
#include <unordered_set>
#include <utility>

#include "os/cgroup.hpp"
#include "os/fd.hpp"

namespace fanout {
namespace {

using Signals = std::span<const int>;

constexpr std::array kAsk = {SIGTERM, SIGCONT};  // the second so that the stopped hear the first

// Every pass stops all that it sees, so what is left to fork gets less with each. More are needed
// only by those whom we may not signal.
constexpr int kMostPasses = 32;

struct HashId {
  std::size_t operator()(const ProcessId& id) const { return static_cast<std::size_t>(id.pid); }
};
using ProcessIds = std::unordered_set<ProcessId, HashId>;

bool is_in_own_group(const ProcessTree& tree, const ProcessEntry& member) {
  return tree.group == ProcessGroup::own && tree.leader > 1 && member.group == tree.leader;
}

/// In a session that somebody in the tree began, so that its whole group is in the tree.
bool is_in_foreign_session(const ProcessEntry& member, const Family& family) {
  return member.session > 1 && member.session != family.session && member.group > 1;
}

bool contains(const std::vector<ProcessId>& ids, const ProcessId& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// The number can have gone to a stranger since the look. A pidfd holds on to one process, so once
// it is seen to be the right one the signal cannot miss.
void signal_one(const ProcessId& id, Signals signals) {
  const Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, id.pid, 0)));
  const auto now = read_process(id.pid);
  if (!now || now->id() != id) return;
  for (const int signal : signals) {
    if (pidfd.is_open()) {
      ::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0);
    } else {
      ::kill(id.pid, signal);
    }
  }
}

void signal_group(pid_t group, Signals signals) {
  for (const int signal : signals) ::kill(-group, signal);
}

// At once, so that nobody in the group forks faster than we look. It goes by those who have left
// the group since the look.
void signal_group_of(const Members& some, pid_t group, Signals signals) {
  signal_group(group, signals);
  for (const ProcessEntry& member : some) {
    if (member.group == group && ::getpgid(member.pid) != group) signal_one(member.id(), signals);
  }
}

// While anybody is in a group, its number is not given away; so it is still the one that was seen,
// unless somebody else now has the number.
bool is_still_theirs(pid_t group, const Members& all) {
  const auto now = read_process(group);
  return !now || std::any_of(all.begin(), all.end(),
                             [&](const ProcessEntry& member) { return member.id() == now->id(); });
}

void signal_own_group(const ProcessTree& tree, const Members& some, const Members& all,
                      Signals signals) {
  const bool has_any = std::any_of(some.begin(), some.end(), [&](const ProcessEntry& member) {
    return is_in_own_group(tree, member);
  });
  if (!has_any || (tree.is_reaped && !is_still_theirs(tree.leader, all))) return;
  signal_group_of(some, tree.leader, signals);
}

void signal_others(const ProcessTree& tree, const Members& some, const Members& all,
                   const Family& family, Signals signals) {
  std::unordered_set<pid_t> groups;
  for (const ProcessEntry& member : some) {
    if (is_in_own_group(tree, member)) continue;
    if (!is_in_foreign_session(member, family)) {
      signal_one(member.id(), signals);
    } else if (groups.insert(member.group).second && is_still_theirs(member.group, all)) {
      signal_group_of(some, member.group, signals);
    }
  }
}

void signal_blindly(const ProcessTree& tree, Signals signals) {
  if (tree.leader <= 1) return;
  if (tree.group == ProcessGroup::own) return signal_group(tree.leader, signals);
  if (tree.is_reaped) return;
  for (const int signal : signals) ::kill(tree.leader, signal);
}

void signal_blindly(ProcessTrees trees, Signals signals) {
  for (const ProcessTree* tree : trees) signal_blindly(*tree, signals);
}

using Look = std::optional<std::vector<Members>>;

/// One signal to everybody in some trees, once, also to those who come to be meanwhile.
class Sweep {
 public:
  Sweep(ProcessTrees trees, const Family& family, int signal)
      : trees_(trees), family_(family), signal_{signal} {}

  /// Sends until a look finds nobody new, and returns that look; empty when none is possible.
  Look run(Look look) {
    for (int i = 0; look && pass(*look) && i < kMostPasses; ++i) look = look_at(trees_, family_);
    return look;
  }

  /// To those who have not got it yet; returns whether there was anybody.
  bool pass(const std::vector<Members>& all) {
    bool has_new = false;
    for (std::size_t i = 0; i < trees_.size(); ++i) {
      Members fresh = take_new(all[i]);
      // Those outside first: they would lose their parents with the group, and a group that is
      // orphaned while it is stopped is continued by the kernel.
      signal_others(*trees_[i], fresh, all[i], family_, signal_);
      signal_own_group(*trees_[i], fresh, all[i], signal_);
      has_new = has_new || !fresh.empty();
    }
    return has_new;
  }

 private:
  Members take_new(const Members& members) {
    Members fresh;
    for (const ProcessEntry& member : members) {
      if (!member.is_dead() && reached_.insert(member.id()).second) fresh.push_back(member);
    }
    return fresh;
  }

  ProcessTrees trees_;
  const Family& family_;
  std::array<int, 1> signal_;
  ProcessIds reached_;
};

// Before anybody looks: who forks without end makes a look long, and each look longer.
void stop_groups_unseen(ProcessTrees trees) {
  for (const ProcessTree* tree : trees) {
    const bool is_theirs = tree->group == ProcessGroup::own && !tree->is_reaped;
    if (is_theirs && tree->leader > 1) ::kill(-tree->leader, SIGSTOP);
  }
}

/// Whether nobody among them can have got a child since SIGSTOP was sent: those in a system call
/// that cannot be interrupted stop before they return from it.
bool are_all_still(const std::vector<Members>& all) {
  return std::all_of(all.begin(), all.end(), [](const Members& members) {
    return std::all_of(members.begin(), members.end(), [](const ProcessEntry& member) {
      return member.is_stopped() || member.is_dead();
    });
  });
}

}  // namespace

void terminate(ProcessTrees trees, const Family& family) {
  const auto all = look_at(trees, family);
  if (!all) return signal_blindly(trees, kAsk);
  for (std::size_t i = 0; i < trees.size(); ++i) {
    const Members& members = (*all)[i];
    signal_own_group(*trees[i], members, members, kAsk);
    signal_others(*trees[i], members, members, family, kAsk);
    trees[i]->is_stopped = false;
  }
}

void kill(ProcessTrees trees, const Family& family) {
  for (const ProcessTree* tree : trees) {
    if (!tree->cgroup.empty()) kill_cgroup(tree->cgroup);
  }
  stop_groups_unseen(trees);
  const Look still = Sweep(trees, family, SIGSTOP).run(look_at(trees, family));
  if (!still) return signal_blindly(trees, std::array{SIGKILL});
  Sweep end(trees, family, SIGKILL);
  end.pass(*still);
  if (!are_all_still(*still)) end.run(look_at(trees, family));
}

void stop(ProcessTrees trees, const Family& family) {
  std::vector<ProcessTree*> running;
  std::copy_if(trees.begin(), trees.end(), std::back_inserter(running),
               [](const ProcessTree* tree) { return !tree->is_stopped; });
  Look all = look_at(running, family);
  if (!all) signal_blindly(running, std::array{SIGSTOP});
  for (std::size_t i = 0; i < running.size(); ++i) {
    running[i]->is_stopped = true;
    running[i]->asleep.clear();
    if (!all) continue;
    for (const ProcessEntry& member : (*all)[i]) {
      if (member.is_stopped()) running[i]->asleep.push_back(member.id());
    }
  }
  Sweep(running, family, SIGSTOP).run(std::move(all));
}

void resume(ProcessTrees trees, const Family& family) {
  std::vector<ProcessTree*> stopped;
  std::copy_if(trees.begin(), trees.end(), std::back_inserter(stopped),
               [](const ProcessTree* tree) { return tree->is_stopped; });
  const auto all = look_at(stopped, family);
  if (!all) signal_blindly(stopped, std::array{SIGCONT});
  for (std::size_t i = 0; i < stopped.size(); ++i) {
    stopped[i]->is_stopped = false;
    if (!all) continue;
    for (const ProcessEntry& member : (*all)[i]) {
      if (!contains(stopped[i]->asleep, member.id())) signal_one(member.id(), std::array{SIGCONT});
    }
  }
}

std::vector<bool> have_processes(ProcessTrees trees, const Family& family) {
  std::vector<bool> have(trees.size());
  const auto all = look_at(trees, family);
  for (std::size_t i = 0; i < trees.size(); ++i) {
    const ProcessTree& tree = *trees[i];
    if (all) {
      have[i] = std::any_of((*all)[i].begin(), (*all)[i].end(),
                            [](const ProcessEntry& member) { return !member.is_dead(); });
    } else if (tree.leader > 1) {
      // Zombies can be signalled as well, so this may be wrong about a leader not yet reaped.
      const bool is_own = tree.group == ProcessGroup::own;
      have[i] = (is_own || !tree.is_reaped) && ::kill(is_own ? -tree.leader : tree.leader, 0) == 0;
    }
  }
  return have;
}

}  // namespace fanout
