#include "os/descendants.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <thread>

#include "os/tree_fixture.hpp"
#include "os/tree_signals.hpp"

using namespace fanout;

namespace {

bool contains(const std::vector<pid_t>& numbers, pid_t pid) {
  return std::find(numbers.begin(), numbers.end(), pid) != numbers.end();
}

bool contains(const ProcessTable& table, pid_t pid) {
  return std::any_of(table.begin(), table.end(),
                     [&](const ProcessEntry& entry) { return entry.pid == pid; });
}

/// A child that stays until it is killed.
class Sleeper {
 public:
  Sleeper() : pid_(::fork()) {
    REQUIRE(pid_ >= 0);
    while (pid_ == 0) ::pause();
  }
  ~Sleeper() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;

  pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

bool can_tell() {
  const bool can = children_of(::getpid()).has_value();
  if (!can) MESSAGE("skipped: this kernel has no /proc/PID/task/TID/children");
  return can;
}

}  // namespace

TEST_CASE("children are those of all threads, more than one read holds, and of no one else") {
  if (!can_tell()) return;
  const std::vector<Sleeper> many(1000);  // some 6 bytes each
  pid_t of_thread = 0;
  std::thread thread([&] {
    const Sleeper other;
    of_thread = other.pid();
    const auto children = children_of(::getpid());
    CHECK(contains(*children, of_thread));
    CHECK(std::ranges::all_of(many,
                              [&](const Sleeper& one) { return contains(*children, one.pid()); }));
  });
  thread.join();
  CHECK(!contains(*children_of(::getpid()), of_thread));
  CHECK(children_of(many.front().pid())->empty());
}

TEST_CASE("who is not there has no children") {
  if (!can_tell()) return;
  pid_t gone = 0;
  {
    const Sleeper sleeper;
    gone = sleeper.pid();
  }
  REQUIRE(children_of(gone));
  CHECK(children_of(gone)->empty());
}

TEST_CASE("descendants are read with their descendants, others are not") {
  if (!can_tell()) return;
  Grove grove;
  PlayedTree wanted(grove, {"runaway"}, "R.0.1");
  PlayedTree other(grove, {"sleeper"}, "R.1.1");
  wanted.await_ready();
  other.await_ready();
  const auto nobody = [] { return std::optional(std::vector<pid_t>()); };
  const auto table = read_descendants({wanted.tree.leader}, nobody);
  REQUIRE(table);
  CHECK(contains(*table, ::getpid()));
  CHECK(contains(*table, wanted.tree.leader));
  const auto has_child = [&](const ProcessEntry& entry) {
    return entry.parent == wanted.tree.leader && entry.session == entry.pid;
  };
  CHECK(std::ranges::any_of(*table, has_child));
  CHECK(!contains(*table, other.tree.leader));
  const std::array trees = {&wanted.tree, &other.tree};
  kill(trees, grove.family);
}

TEST_CASE(
    "orphans are listed after the roots were read, and once more when one of them has ended") {
  if (!can_tell()) return;
  pid_t gone = 0;
  {
    const Sleeper sleeper;
    gone = sleeper.pid();
  }
  const Sleeper root;
  const Sleeper orphan;
  std::vector<std::vector<pid_t>> lists = {{orphan.pid()}, {gone}};
  const auto list = [&] {
    std::vector<pid_t> next = lists.back();
    lists.pop_back();
    return std::optional(next);
  };
  const auto table = read_descendants({root.pid(), gone}, list);
  REQUIRE(table);
  CHECK(lists.empty());
  CHECK(contains(*table, root.pid()));
  CHECK(contains(*table, orphan.pid()));
  CHECK(table->size() == 3);  // with this process

  lists = {{orphan.pid()}};
  CHECK(read_descendants({gone}, list));
}
