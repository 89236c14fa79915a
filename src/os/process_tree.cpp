#include "os/process_tree.hpp"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "os/cgroup.hpp"
#include "os/descendants.hpp"

namespace fanout {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// One judgement of one table. Processes and trees are indices into table and trees.
class Judgement {
 public:
  Judgement(ProcessTrees trees, const ProcessTable& table, const Family& family)
      : trees_(trees), table_(table), family_(family), people_(table.size()) {
    index_.reserve(table.size());
    for (std::size_t i = 0; i < table.size(); ++i) index_.emplace(table[i].pid, i);
  }

  std::vector<Members> run() {
    exclude();
    for (std::size_t tree = 0; tree < trees_.size(); ++tree) claim_own(tree);
    claim_groups();
    do {
      for (std::size_t i = 0; i < table_.size(); ++i) settle(i);
    } while (claim_sessions());
    return result();
  }

 private:
  /// Where one stands who is in no tree that was asked for.
  enum class Standing {
    stranger,  ///< not below us, or in the tree of somebody we answer for
    stray,     ///< may be in any tree: nothing but the environment can tell
  };

  struct Person {
    std::size_t tree = kNone;
    Standing standing = Standing::stranger;
    bool is_excluded = false;
    bool is_settled = false;
    bool is_asked = false;
  };

  std::size_t find(pid_t pid) const {
    const auto found = index_.find(pid);
    return found == index_.end() ? kNone : found->second;
  }

  std::size_t parent_of(std::size_t i) const {
    const std::size_t parent = find(table_[i].parent);
    // A parent that is younger came by its number while the table was read.
    if (parent == kNone || table_[parent].started > table_[i].started) return kNone;
    return parent;
  }

  void exclude() {
    for (std::size_t i = find(family_.self); i != kNone && !people_[i].is_excluded;) {
      people_[i].is_excluded = people_[i].is_settled = true;
      sessions_of_others_.insert(table_[i].session);
      i = parent_of(i);
    }
    // Shown for sessions of other PID namespaces, and for kernel threads.
    sessions_of_others_.insert(0);
    sessions_of_others_.insert(family_.session);
    const std::size_t self = find(family_.self);
    oldest_ = self == kNone ? 0 : table_[self].started;
  }

  void claim(std::size_t i, std::size_t tree) {
    if (!people_[i].is_excluded && people_[i].tree == kNone) people_[i].tree = tree;
  }

  void claim_own(std::size_t tree) {
    const ProcessTree& asked = *trees_[tree];
    if (!asked.mark.empty()) marks_.emplace(asked.mark, tree);
    const ProcessId* known_leader = nullptr;
    for (const ProcessId& id : asked.known) {
      if (id.pid == asked.leader) known_leader = &id;
      const std::size_t i = find(id.pid);
      if (i != kNone && table_[i].started == id.started) claim(i, tree);
    }
    if (!asked.cgroup.empty()) claim_cgroup(tree);
    if (asked.leader <= 1) return;
    const std::size_t leader = find(asked.leader);
    const bool is_leader = leader != kNone && !asked.is_reaped &&
                           (known_leader == nullptr || *known_leader == table_[leader].id());
    if (is_leader) claim(leader, tree);
    // A group keeps its number from being given away; whoever has it now and is not the leader
    // shows that the group ended and the number came round again.
    const bool has_group = is_leader || leader == kNone;
    if (has_group && asked.group == ProcessGroup::own) groups_.emplace(asked.leader, tree);
  }

  void claim_cgroup(std::size_t tree) {
    for (const pid_t pid : family_.in_cgroup(trees_[tree]->cgroup)) {
      if (const std::size_t i = find(pid); i != kNone) claim(i, tree);
    }
  }

  void claim_groups() {
    if (groups_.empty()) return;
    for (std::size_t i = 0; i < table_.size(); ++i) {
      auto found = groups_.find(table_[i].group);
      if (found == groups_.end()) found = groups_.find(table_[i].session);
      if (found != groups_.end()) claim(i, found->second);
    }
  }

  /// Decides about one after all above it, once.
  void settle(std::size_t i) {
    path_.clear();
    while (i != kNone && !people_[i].is_settled) {
      people_[i].is_settled = true;  // at once: a torn table can have circles
      path_.push_back(i);
      i = parent_of(i);
    }
    for (auto next = path_.rbegin(); next != path_.rend(); ++next) decide(*next);
  }

  void decide(std::size_t i) {
    Person& person = people_[i];
    if (person.tree != kNone) return;
    const std::size_t parent = parent_of(i);
    if (parent != kNone && people_[parent].tree != kNone) {
      person.tree = people_[parent].tree;
      return;
    }
    person.standing = standing_of(i, parent);
    if (person.standing == Standing::stray && !std::exchange(person.is_asked, true)) ask(i);
  }

  Standing standing_of(std::size_t i, std::size_t parent) const {
    if (table_[i].parent == family_.self) {
      const bool is_ours = family_.is_ours && family_.is_ours(table_[i].pid);
      return is_ours ? Standing::stranger : Standing::stray;
    }
    if (family_.scope == Family::Scope::everybody) return Standing::stray;
    return parent == kNone ? Standing::stranger : people_[parent].standing;
  }

  void ask(std::size_t i) {
    const ProcessEntry& entry = table_[i];
    if (entry.is_kernel_thread || entry.is_dead() || entry.started < oldest_) return;
    const std::string trail = family_.trail(entry.pid);
    for (std::string_view rest = trail; !rest.empty() && people_[i].tree == kNone;) {
      const std::string_view mark = rest.substr(0, rest.find(':'));
      people_[i].tree = find_mark(mark);
      rest.remove_prefix(std::min(rest.size(), mark.size() + 1));
    }
  }

  std::size_t find_mark(std::string_view mark) const {
    for (;;) {
      const auto found = marks_.find(mark);
      if (found != marks_.end()) return found->second;
      const std::size_t dot = mark.rfind('.');
      if (dot == mark.npos) return kNone;
      mark = mark.substr(0, dot);
    }
  }

  // All of a session descend from whoever began it. When that was not in our own, somebody
  // between the leader and its members began it, so they are all of one tree.
  bool claim_sessions() {
    std::unordered_map<pid_t, std::size_t> sessions;
    for (std::size_t i = 0; i < table_.size(); ++i) {
      const pid_t session = table_[i].session;
      if (people_[i].tree == kNone || sessions_of_others_.contains(session)) continue;
      sessions.emplace(session, people_[i].tree);
    }
    bool has_found = false;
    for (std::size_t i = 0; i < table_.size() && !sessions.empty(); ++i) {
      if (people_[i].tree != kNone || people_[i].is_excluded) continue;
      people_[i].is_settled = false;  // its parent may be found now
      const auto found = sessions.find(table_[i].session);
      if (found == sessions.end() || table_[i].started < oldest_) continue;
      claim(i, found->second);
      has_found = true;
    }
    return has_found;
  }

  std::vector<Members> result() const {
    std::vector<Members> all(trees_.size());
    for (std::size_t i = 0; i < table_.size(); ++i) {
      if (people_[i].tree != kNone) all[people_[i].tree].push_back(table_[i]);
    }
    return all;
  }

  ProcessTrees trees_;
  const ProcessTable& table_;
  const Family& family_;
  std::vector<Person> people_;
  std::unordered_map<pid_t, std::size_t> index_;
  std::unordered_map<pid_t, std::size_t> groups_;  // those led by leaders
  std::unordered_map<std::string_view, std::size_t> marks_;
  std::unordered_set<pid_t> sessions_of_others_;
  std::uint64_t oldest_ = 0;  // nobody in a tree started before it
  std::vector<std::size_t> path_;
};

void remember(ProcessTree& tree, const Members& members) {
  tree.known.clear();
  for (const ProcessEntry& member : members) {
    if (!member.is_dead() || member.pid == tree.leader) tree.known.push_back(member.id());
  }
}

/// Where to look for the trees, besides the orphans.
std::vector<pid_t> roots_of(ProcessTrees trees, const Family& family) {
  std::vector<pid_t> roots;
  for (const ProcessTree* tree : trees) {
    if (tree->leader > 1) roots.push_back(tree->leader);
    for (const ProcessId& id : tree->known) roots.push_back(id.pid);
    if (tree->cgroup.empty()) continue;
    for (const pid_t pid : family.in_cgroup(tree->cgroup)) roots.push_back(pid);
  }
  return roots;
}

/// All who may be in the trees, and perhaps others.
std::optional<ProcessTable> read_candidates(
    ProcessTrees trees, const Family& family,
    const std::function<void(const ProcessEntry&)>& on_entry) {
  const bool are_below = family.scope == Family::Scope::descendants && family.is_ours;
  if (are_below) {
    const auto list_orphans = [&] {
      return family.orphans ? family.orphans() : orphans_of_ours(family.is_ours);
    };
    if (auto table = read_descendants(roots_of(trees, family), list_orphans, on_entry)) {
      return table;
    }
  }
  return read_process_table(on_entry);
}

}  // namespace

Family::Family()
    : self(::getpid()),
      session(::getsid(0)),
      trail([](pid_t pid) { return environment_value(pid, kTrailVariable); }),
      in_cgroup(processes_in_cgroup) {}

std::vector<Members> members_of(ProcessTrees trees, const ProcessTable& table,
                                const Family& family) {
  return Judgement(trees, table, family).run();
}

std::optional<std::vector<Members>> look_at(ProcessTrees trees, const Family& family) {
  if (trees.empty()) return std::vector<Members>();
  // Orphans are asked for their trail when they are seen: one that forks and exits, over and over,
  // would be gone when the table is whole.
  std::unordered_map<pid_t, std::string> trails;
  const auto table = read_candidates(trees, family, [&](const ProcessEntry& entry) {
    const bool is_orphan = entry.parent == family.self && !entry.is_dead() &&
                           !(family.is_ours && family.is_ours(entry.pid));
    if (is_orphan) trails.emplace(entry.pid, family.trail(entry.pid));
  });
  if (!table) return std::nullopt;
  Family quick = family;
  quick.trail = [&](pid_t pid) {
    const auto found = trails.find(pid);
    return found != trails.end() ? found->second : family.trail(pid);
  };
  std::vector<Members> all = members_of(trees, *table, quick);
  for (std::size_t i = 0; i < trees.size(); ++i) remember(*trees[i], all[i]);
  return all;
}

}  // namespace fanout
