#include "os/tree_signals.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <deque>

#include "os/tree_fixture.hpp"

using namespace fanout;

namespace {

using Part = std::vector<std::string>;

/// Whether all that live in the tree are stopped, after a look.
bool are_stopped(ProcessTree& tree, const Family& family) {
  const std::array trees = {&tree};
  const auto all = look_at(trees, family);
  REQUIRE(all);
  return std::all_of(all->front().begin(), all->front().end(), [](const ProcessEntry& member) {
    return member.is_stopped() || member.is_dead();
  });
}

std::size_t count_living(ProcessTree& tree, const Family& family) {
  const std::array trees = {&tree};
  const auto all = look_at(trees, family);
  REQUIRE(all);
  return static_cast<std::size_t>(
      std::count_if(all->front().begin(), all->front().end(),
                    [](const ProcessEntry& member) { return !member.is_dead(); }));
}

}  // namespace

TEST_CASE("a whole tree ends, wherever its processes have gone") {
  const Part parts[] = {
      {"sleeper"},         {"deaf"},     {"stopped"},
      {"runaway"},         {"daemon"},   {"daemon", "group"},
      {"daemon", "leave"}, {"nameless"}, {"chain"},
      {"bomb", "7"},
  };
  for (const Part& part : parts) {
    for (const bool is_asked_first : {false, true}) {
      CAPTURE(part.back());
      CAPTURE(is_asked_first);
      Grove grove;
      PlayedTree played(grove, part, "R.0.1");
      played.await_ready();
      const std::array trees = {&played.tree};
      if (is_asked_first) terminate(trees, grove.family);
      kill(trees, grove.family);
      played.await_end();
      played.await_exit();
      played.reap();
      // A process closes its descriptors before it is dead.
      look_until(*grove.loop, [&] { return count_living(played.tree, grove.family) == 0; });
    }
  }
}

TEST_CASE("a request reaches everybody in a tree") {
  Grove grove;
  Part part;
  SUBCASE("stopped") {
    part = {"stopped"};
  }
  SUBCASE("a daemon") {
    part = {"daemon"};
  }
  SUBCASE("a daemon whose leader has exited") {
    part = {"daemon", "leave"};
  }
  SUBCASE("nameless") {
    part = {"nameless"};
  }
  PlayedTree played(grove, part, "R.0.1");
  played.await_ready();
  const std::array trees = {&played.tree};
  terminate(trees, grove.family);
  played.await_end();
}

TEST_CASE("one tree is ended and another, its mark nearly the same, lives on") {
  Grove grove;
  PlayedTree one(grove, {"daemon"}, "R.1.1");
  PlayedTree other(grove, {"daemon"}, "R.1.10");
  one.await_ready();
  other.await_ready();
  const std::array trees = {&one.tree};
  kill(trees, grove.family);
  one.await_end();
  CHECK(count_living(other.tree, grove.family) == 2);
  const std::array rest = {&other.tree};
  kill(rest, grove.family);
  other.await_end();
}

TEST_CASE("many trees are ended at once") {
  Grove grove;
  std::deque<PlayedTree> played;
  std::vector<ProcessTree*> trees;
  for (int i = 0; i < 20; ++i) {
    played.emplace_back(grove, Part{"daemon"}, "R." + std::to_string(i) + ".1");
    trees.push_back(&played.back().tree);
  }
  for (PlayedTree& one : played) one.await_ready();
  kill(trees, grove.family);
  for (PlayedTree& one : played) one.await_end();
}

TEST_CASE("a tree whose leader was reaped is reached by its group and by its mark") {
  Grove grove;
  Part part;
  SUBCASE("its group") {
    part = {"grandchild"};
  }
  SUBCASE("its mark") {
    part = {"daemon", "leave"};
  }
  PlayedTree played(grove, part, "R.0.1");
  played.await_exit();
  played.reap();
  const std::array trees = {&played.tree};
  CHECK(have_processes(trees, grove.family) == std::vector{true});
  kill(trees, grove.family);
  played.await_end();
  look_until(*grove.loop, [&] { return !have_processes(trees, grove.family).front(); });
}

TEST_CASE("a nameless daemon without parents is known when it was seen before") {
  Grove grove;
  PlayedTree played(grove, {"nameless"}, "R.0.1");
  played.await_ready();
  const std::array trees = {&played.tree};
  CHECK(count_living(played.tree, grove.family) == 2);
  ::kill(played.tree.leader, SIGKILL);
  played.await_exit();
  played.reap();
  CHECK(count_living(played.tree, grove.family) == 1);
  kill(trees, grove.family);
  played.await_end();
}

TEST_CASE("a tree is stopped whole and continued, but for who was stopped before") {
  Grove grove;
  PlayedTree played(grove, {"daemon"}, "R.0.1");
  played.await_ready();
  const std::array trees = {&played.tree};
  const bool has_sleeper = [] {
    bool result = false;
    SUBCASE("nobody was") {}
    SUBCASE("the leader was") {
      result = true;
    }
    return result;
  }();
  if (has_sleeper) ::kill(played.tree.leader, SIGSTOP);
  look_until(*grove.loop,
             [&] { return read_process(played.tree.leader)->is_stopped() == has_sleeper; });
  stop(trees, grove.family);
  CHECK(played.tree.asleep.size() == (has_sleeper ? 1 : 0));
  look_until(*grove.loop, [&] { return are_stopped(played.tree, grove.family); });
  stop(trees, grove.family);
  CHECK(played.tree.asleep.size() == (has_sleeper ? 1 : 0));
  resume(trees, grove.family);
  CHECK(!are_stopped(played.tree, grove.family));
  CHECK(read_process(played.tree.leader)->is_stopped() == has_sleeper);
  resume(trees, grove.family);
  terminate(trees, grove.family);
  played.await_end();
}

TEST_CASE("the dead are nobody, whether they were reaped or not") {
  Grove grove;
  PlayedTree played(grove, {"exit", "0"}, "R.0.1");
  played.await_exit();
  const std::array trees = {&played.tree};
  CHECK(have_processes(trees, grove.family) == std::vector{false});
  played.reap();
  CHECK(have_processes(trees, grove.family) == std::vector{false});
}

TEST_CASE("nothing is signalled for no tree, or for one without a leader and a mark") {
  Grove grove;
  ProcessTree empty;
  const std::array trees = {&empty};
  terminate(trees, grove.family);
  kill(trees, grove.family);
  stop(trees, grove.family);
  resume(trees, grove.family);
  CHECK(have_processes(trees, grove.family) == std::vector{false});
  kill({}, grove.family);
  CHECK(have_processes({}, grove.family).empty());
}
