#include "os/group_watch.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/os_fixture.hpp"

using namespace fanout;

namespace {

/// A process that leads a group of its own and waits to be killed.
pid_t start_leader() {
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    ::setpgid(0, 0);
    for (;;) ::pause();
  }
  ::setpgid(pid, pid);  // whoever of us comes first
  return pid;
}

}  // namespace

TEST_CASE("state and group are read past any name") {
  CHECK(parse_process_stat("12 (sh) S 1 12 12 0").group == 12);
  const ProcessStat odd = parse_process_stat("12 (a) Z 9 (b) R 1 34 12 0");
  CHECK(odd.state == 'R');
  CHECK(odd.group == 34);
  CHECK(parse_process_stat("nonsense").group == 0);
  CHECK(parse_process_stat("1 (a) S").group == 0);
}

TEST_CASE("a group has processes until its last one is dead, reaped or not") {
  const auto loop = make_loop();
  const pid_t leader = start_leader();
  CHECK(has_processes(leader));
  bool is_gone = false;
  const GroupWatch watch(*loop, leader, [&] { is_gone = true; });
  ::kill(leader, SIGKILL);
  siginfo_t info{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(leader), &info, WEXITED | WNOWAIT) == 0);
  CHECK_FALSE(has_processes(leader));  // a zombie now
  run_until(*loop, [&] { return is_gone; });
  ::waitpid(leader, nullptr, 0);
  CHECK_FALSE(has_processes(leader));
}
