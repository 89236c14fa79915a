#include "os/orphan_reaper.hpp"

#include <doctest/doctest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "os/tree_fixture.hpp"

using namespace fanout;

namespace {

bool is_gone(pid_t pid) {
  return ::kill(pid, 0) != 0 && errno == ESRCH;
}

pid_t await_orphan(Grove& grove) {
  std::vector<ProcessId> orphans;
  look_until(*grove.loop, [&] {
    orphans = grove.reaper.orphans();
    return orphans.size() == 1;
  });
  return orphans.front().pid;
}

}  // namespace

TEST_CASE("a descendant that loses its parent becomes ours, and is waited for when it ends") {
  Grove grove;
  PlayedTree played(grove, {"daemon"}, "R.0.1");
  played.await_ready();
  const pid_t orphan = await_orphan(grove);
  CHECK(orphan != played.tree.leader);
  ::kill(orphan, SIGKILL);
  run_until(*grove.loop, [&] { return is_gone(orphan); });
  CHECK(grove.reaper.orphans().empty());
}

TEST_CASE("an orphan is waited for although a zombie that is ours stands before it") {
  Grove grove;
  PlayedTree played(grove, {"daemon", "leave"}, "R.0.1");
  played.await_exit();
  const pid_t orphan = await_orphan(grove);
  ::kill(orphan, SIGKILL);
  played.await_end();
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(orphan), &info, WEXITED | WNOWAIT);
  grove.reaper.reap();
  CHECK(is_gone(orphan));
  CHECK(!is_gone(played.tree.leader));
  played.reap();
}

TEST_CASE("who leaves many orphans is looked at often, until there are few") {
  using namespace std::chrono_literals;
  Duration pause = OrphanReaper::pause_after(1s, 3, 10us);
  CHECK(pause == 1s);
  pause = OrphanReaper::pause_after(pause, 4000, 10us);
  CHECK(pause == 10ms);
  pause = OrphanReaper::pause_after(pause, 40, 10us);
  CHECK(pause == 10ms);
  pause = OrphanReaper::pause_after(pause, 2, 10us);
  CHECK(pause == 20ms);
  for (int i = 0; i < 10; ++i) pause = OrphanReaper::pause_after(pause, 0, 10us);
  CHECK(pause == 1s);
}

TEST_CASE("looks for orphans take no more than a small part of the time, but when there are many") {
  using namespace std::chrono_literals;
  CHECK(OrphanReaper::pause_after(1s, 0, 20ms) == 10s);
  CHECK(OrphanReaper::pause_after(10s, 0, 10us) == 1s);
  CHECK(OrphanReaper::pause_after(1s, 100, 20ms) == 10ms);
}

TEST_CASE("orphans are adopted for as long as the reaper lives, and reaped at its end") {
  const auto is_subreaper = [] {
    int value = 0;
    ::prctl(PR_GET_CHILD_SUBREAPER, &value);
    return value != 0;
  };
  const bool before = is_subreaper();
  pid_t child = -1;
  {
    const auto loop = make_loop();
    const OrphanReaper reaper(*loop, [](pid_t) { return false; });
    CHECK(is_subreaper());
    child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) ::_exit(0);
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
  }
  CHECK(is_subreaper() == before);
  CHECK(is_gone(child));
}
