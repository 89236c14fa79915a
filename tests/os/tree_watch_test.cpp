#include "os/tree_watch.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <deque>

#include "os/tree_fixture.hpp"
#include "os/tree_signals.hpp"

using namespace fanout;

TEST_CASE("a watch tells when the last one of a tree is dead, reaped or not") {
  Grove grove;
  PlayedTree played(grove, {"grandchild"}, "R.0.1");
  played.await_exit();
  bool is_gone = false;
  TreeWatch watch(*grove.loop, grove.family);
  watch.add(played.tree, [&] { is_gone = true; });
  for (int i = 0; i < 20; ++i) grove.loop->run_until(grove.loop->now() + Duration(1000));
  CHECK(!is_gone);
  const std::array trees = {&played.tree};
  kill(trees, grove.family);
  run_until(*grove.loop, [&] { return is_gone; });
  CHECK(played.has_ended());
}

TEST_CASE("trees are watched together, and each is told once") {
  Grove grove;
  std::deque<PlayedTree> played;
  TreeWatch watch(*grove.loop, grove.family);
  std::vector<int> told(5);
  for (std::size_t i = 0; i < told.size(); ++i) {
    played.emplace_back(grove, std::vector<std::string>{"daemon"}, "R." + std::to_string(i) + ".1");
    played.back().await_ready();
    watch.add(played.back().tree, [&told, i] { ++told[i]; });
  }
  const std::array first = {&played[0].tree, &played[1].tree};
  kill(first, grove.family);
  run_until(*grove.loop, [&] { return told[0] + told[1] == 2; });
  CHECK(told == std::vector{1, 1, 0, 0, 0});
  watch.remove(played[2].tree);
  watch.remove(played[2].tree);
  const std::array rest = {&played[2].tree, &played[3].tree, &played[4].tree};
  kill(rest, grove.family);
  run_until(*grove.loop, [&] { return told[3] + told[4] == 2; });
  CHECK(told == std::vector{1, 1, 0, 1, 1});
}

TEST_CASE("who is told may change the watch, and may end it") {
  Grove grove;
  std::deque<PlayedTree> played;
  for (int i = 0; i < 3; ++i) {
    played.emplace_back(grove, std::vector<std::string>{"exit", "0"}, "R.0.1");
    played.back().await_exit();
  }
  std::optional<TreeWatch> watch;
  watch.emplace(*grove.loop, grove.family);
  int told = 0;
  // Whichever comes first takes the other's place and adds the third, which ends all.
  const auto end = [&] { ++told, watch.reset(); };
  const auto change = [&](ProcessTree& other) {
    ++told;
    watch->remove(other);
    watch->add(other, end);
    watch->add(played[2].tree, end);
  };
  watch->add(played[0].tree, [&] { change(played[1].tree); });
  watch->add(played[1].tree, [&] { change(played[0].tree); });
  run_until(*grove.loop, [&] { return !watch; });
  grove.loop->run_until(Instant::min());
  CHECK(told == 2);
}
