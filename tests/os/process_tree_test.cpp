#include "os/process_tree.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <vector>

using namespace fanout;

namespace {

constexpr pid_t kSelf = 100;
constexpr pid_t kSession = 50;

/// A machine in a few words: init, a shell, fanout, and what a test adds.
struct Machine {
  Machine() {
    family.self = kSelf;
    family.session = kSession;
    family.is_ours = [this](pid_t pid) {
      return std::find(leaders.begin(), leaders.end(), pid) != leaders.end();
    };
    family.trail = [this](pid_t pid) {
      asked.push_back(pid);
      return trails[pid];
    };
    add({.pid = 1, .parent = 0, .group = 1, .session = 1, .started = 0});
    add({.pid = kSession, .parent = 1, .group = 50, .session = kSession, .started = 5});
    add({.pid = kSelf, .parent = kSession, .group = 100, .session = kSession, .started = 10});
  }

  void add(ProcessEntry entry) {
    if (entry.state == '?') entry.state = 'S';
    table.push_back(entry);
  }

  /// A leader of its own group, as fanout starts it.
  ProcessTree& add_tree(pid_t leader, const std::string& mark) {
    add({.pid = leader, .parent = kSelf, .group = leader, .session = kSession, .started = 20});
    leaders.push_back(leader);
    ProcessTree& tree = trees.emplace_back();
    tree.leader = leader;
    tree.mark = mark;
    return tree;
  }

  void add_child(pid_t pid, pid_t parent, pid_t group, pid_t session) {
    add({.pid = pid, .parent = parent, .group = group, .session = session, .started = 30});
  }

  /// The members of the first trees, as many as are given.
  std::vector<std::vector<pid_t>> members(std::size_t count = 1) {
    std::vector<ProcessTree*> asked_for;
    for (ProcessTree& tree : trees) {
      if (asked_for.size() < count) asked_for.push_back(&tree);
    }
    std::vector<std::vector<pid_t>> numbers;
    for (const Members& members : members_of(asked_for, table, family)) {
      auto& some = numbers.emplace_back();
      for (const ProcessEntry& member : members) some.push_back(member.pid);
      std::sort(some.begin(), some.end());
    }
    return numbers;
  }

  using Pids = std::vector<pid_t>;

  ProcessTable table;
  std::deque<ProcessTree> trees;
  Family family;
  std::map<pid_t, std::string> trails;
  Pids leaders;
  Pids asked;
};

using Pids = Machine::Pids;

}  // namespace

TEST_CASE("the leader, its group and its descendants in any group or session are in the tree") {
  Machine machine;
  machine.add_tree(200, "R.0.1");
  machine.add_child(201, 200, 200, kSession);
  machine.add_child(202, 201, 202, kSession);
  machine.add_child(203, 202, 203, 203);
  machine.add_child(900, 1, 900, 900);
  CHECK(machine.members()[0] == Pids{200, 201, 202, 203});
  CHECK(machine.asked.empty());
}

TEST_CASE("neither fanout nor those above or beside it are in a tree") {
  Machine machine;
  machine.add_tree(200, "R.0.1");
  machine.add_child(60, kSession, 60, kSession);
  machine.add_child(900, 1, 900, 900);
  machine.trails = {{kSelf, "R.0.1"}, {kSession, "R.0.1"}, {1, "R.0.1"}, {900, "R.0.1"}};
  CHECK(machine.members()[0] == Pids{200});
  CHECK(machine.asked.empty());
  machine.family.scope = Family::Scope::everybody;
  CHECK(machine.members()[0] == Pids{200, 900});
}

TEST_CASE("an orphan is known by its mark, and its children by it") {
  Machine machine;
  machine.add_tree(200, "R.0.1");
  machine.add_child(301, kSelf, 301, 301);
  machine.add_child(302, 301, 302, 302);
  machine.add_child(311, kSelf, 311, 311);
  machine.add_child(312, 311, 311, 311);
  machine.trails = {{301, "R.0.1"}, {311, "R.0.2"}};
  CHECK(machine.members()[0] == Pids{200, 301, 302});
  CHECK(machine.asked == Pids{301, 311, 312});
}

TEST_CASE("marks are whole components of a trail, or stand for all below them") {
  Machine machine;
  machine.add_tree(200, "R.1.1");
  const auto is_member = [&](const std::string& trail) {
    machine.trails[301] = trail;
    return machine.members()[0] == Pids{200, 301};
  };
  machine.add_child(301, kSelf, 301, 301);
  CHECK(is_member("R.1.1"));
  CHECK(is_member("Q.7.1:R.1.1"));
  CHECK(is_member("R.1.1:Q.7.1"));
  CHECK(!is_member("R.1.10"));
  CHECK(!is_member("R.11.1"));
  CHECK(!is_member("RR.1.1"));
  CHECK(!is_member("QR.1.1"));
  CHECK(!is_member("R.1"));
  CHECK(!is_member(":"));
  machine.trees[0].mark = "R";
  CHECK(is_member("Q.7.1:R.5.2"));
  CHECK(!is_member("RR.5.2"));
  machine.trees[0].mark.clear();
  CHECK(!is_member("R.1.1"));
  CHECK(!is_member(".1"));
}

TEST_CASE("each orphan goes to its own tree, and to the outermost of those asked about") {
  Machine machine;
  machine.add_tree(200, "R.0.1");
  machine.add_tree(210, "R.1.1");
  machine.add_child(301, kSelf, 301, 301);
  machine.add_child(302, kSelf, 302, 302);
  machine.trails = {{301, "R.1.1:Q.0.1"}, {302, "R.0.1:Q.0.1"}};
  const auto members = machine.members(2);
  CHECK(members[0] == Pids{200, 302});
  CHECK(members[1] == Pids{210, 301});
}

TEST_CASE("who is below another leader is not asked, and a guardian is left alone") {
  Machine machine;
  machine.add_tree(200, "R.0.1");
  machine.add_tree(210, "R.1.1");
  machine.add_child(211, 210, 211, 211);
  machine.add_child(101, kSelf, 101, 101);
  machine.leaders.push_back(101);
  machine.trails = {{210, "R.0.1"}, {211, "R.0.1"}, {101, "R.0.1"}};
  CHECK(machine.members()[0] == Pids{200});
  CHECK(machine.asked.empty());
  machine.family.is_ours = nullptr;
  CHECK(machine.members()[0] == Pids{101, 200, 210, 211});
}

TEST_CASE("kernel threads, the dead and those older than fanout are not asked") {
  Machine machine;
  machine.family.scope = Family::Scope::everybody;
  machine.add_tree(200, "R.0.1");
  machine.add({.pid = 301, .parent = 2, .started = 30, .is_kernel_thread = true});
  machine.add({.pid = 302, .parent = 1, .group = 302, .session = 302, .state = 'Z', .started = 30});
  machine.add({.pid = 303, .parent = 1, .group = 303, .session = 303, .started = 9});
  machine.members();
  CHECK(machine.asked.empty());
}

TEST_CASE("all of a session that was begun in the tree are in it, and so are their children") {
  Machine machine;
  machine.add_tree(200, "R.0.1");
  machine.add_child(201, 200, 201, 201);
  machine.add_child(301, kSelf, 301, 201);  // nameless and without its parent
  machine.add_child(302, 301, 302, 302);
  machine.add_child(303, kSelf, 303, 302);
  machine.add_child(304, kSelf, 304, kSession);
  CHECK(machine.members()[0] == Pids{200, 201, 301, 302, 303});
}

TEST_CASE("who was known stays in the tree, unless the number is another's now") {
  Machine machine;
  ProcessTree& tree = machine.add_tree(200, "R.0.1");
  machine.add_child(301, kSelf, 301, 301);
  machine.add_child(302, 301, 301, 301);
  tree.known = {{301, 30}};
  CHECK(machine.members()[0] == Pids{200, 301, 302});
  tree.known = {{301, 29}};
  CHECK(machine.members()[0] == Pids{200});
}

TEST_CASE("a zombie leader holds its tree together") {
  Machine machine;
  machine.add_tree(200, "R.0.1");
  machine.table.back().state = 'Z';
  machine.add_child(201, kSelf, 200, kSession);
  CHECK(machine.members()[0] == Pids{200, 201});
}

TEST_CASE("a leader that was reaped leaves its group to the tree") {
  Machine machine;
  ProcessTree& tree = machine.add_tree(200, "R.0.1");
  tree.is_reaped = true;
  machine.table.pop_back();
  machine.leaders.clear();
  machine.add_child(201, kSelf, 200, kSession);
  CHECK(machine.members()[0] == Pids{201});

  SUBCASE("until its number is somebody else's") {
    machine.add({.pid = 200, .parent = kSelf, .group = 200, .session = kSession, .started = 99});
    machine.leaders = {200};
    CHECK(machine.members()[0].empty());
  }
}

TEST_CASE("a number that comes round again is not the leader that was known") {
  Machine machine;
  ProcessTree& tree = machine.add_tree(200, "");
  tree.known = {{200, 19}};
  CHECK(machine.members()[0].empty());
  tree.known = {{200, 20}};
  CHECK(machine.members()[0] == Pids{200});
}

TEST_CASE("a tree in fanout's own group has by group nobody but its leader") {
  Machine machine;
  machine.add({.pid = 200, .parent = kSelf, .group = 100, .session = kSession, .started = 20});
  machine.leaders.push_back(200);
  ProcessTree& tree = machine.trees.emplace_back();
  tree.leader = 200;
  tree.group = ProcessGroup::shared;
  machine.add_child(201, 200, 100, kSession);
  machine.add_child(60, kSession, 100, kSession);
  machine.add_child(301, kSelf, 200, kSession);
  CHECK(machine.members()[0] == Pids{200, 201});
}

TEST_CASE("a tree without a leader is what its mark finds") {
  Machine machine;
  machine.family.scope = Family::Scope::everybody;
  machine.trees.emplace_back().mark = "R";
  machine.add_child(301, 1, 301, 301);
  machine.add({.pid = 3, .parent = 2, .group = 0, .session = 0, .is_kernel_thread = true});
  machine.trails = {{301, "R.4.2"}};
  CHECK(machine.members()[0] == Pids{301});
}

TEST_CASE("who is in the tree's cgroup is in the tree, with their children, and not fanout") {
  Machine machine;
  machine.add_tree(200, "R.0.1").cgroup = "/slot";
  machine.add_child(301, kSelf, 301, 301);
  machine.add_child(302, 301, 302, 302);
  machine.family.in_cgroup = [](const std::string& directory) {
    return directory == "/slot" ? Pids{301, kSelf, 999} : Pids{};
  };
  CHECK(machine.members()[0] == Pids{200, 301, 302});
}

TEST_CASE("a torn table neither hangs nor makes a child older than its parent") {
  Machine machine;
  machine.add_tree(200, "R.0.1");
  machine.add({.pid = 301, .parent = 302, .group = 301, .session = 301, .started = 30});
  machine.add({.pid = 302, .parent = 301, .group = 302, .session = 302, .started = 30});
  machine.add({.pid = 303, .parent = 303, .group = 303, .session = 303, .started = 30});
  machine.add({.pid = 304, .parent = 200, .group = 304, .session = 304, .started = 19});
  CHECK(machine.members()[0] == Pids{200});
  machine.table.erase(machine.table.begin() + 2);  // not even fanout itself
  CHECK(machine.members()[0] == Pids{200});
}

TEST_CASE("ten thousand processes in a thousand trees are judged in milliseconds") {
  Machine machine;
  Pids expected;
  for (pid_t i = 0; i < 1000; ++i) {
    const pid_t leader = 1000 + i * 10;
    machine.add_tree(leader, "R." + std::to_string(i) + ".1");
    for (pid_t pid = leader + 1; pid < leader + 9; ++pid) {
      machine.add_child(pid, pid - 1, pid, pid);  // a chain
    }
    machine.add_child(leader + 9, kSelf, leader + 9, leader + 9);
    machine.trails[leader + 9] = "R." + std::to_string(i) + ".1";
  }
  std::reverse(machine.table.begin(), machine.table.end());
  machine.leaders.clear();
  machine.family.is_ours = [](pid_t pid) { return pid % 10 == 0; };
  const auto start = std::chrono::steady_clock::now();
  const auto members = machine.members(1000);
  const auto time = std::chrono::steady_clock::now() - start;
  for (const auto& tree : members) CHECK(tree.size() == 10);
  CHECK(time < std::chrono::seconds(1));  // quadratic loops would need many
}
