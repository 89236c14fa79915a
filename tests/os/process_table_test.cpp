#include "os/process_table.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <vector>

#include "os/fd.hpp"
#include "os/os_fixture.hpp"

using namespace fanout;

namespace {

const ProcessEntry* find(const ProcessTable& table, pid_t pid) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const ProcessEntry& entry) { return entry.pid == pid; });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("a line of stat is read past any name") {
  const ProcessEntry plain =
      parse_process_stat("12 (sh) S 1 12 11 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 9876 1 2 3\n");
  CHECK(plain.pid == 12);
  CHECK(plain.parent == 1);
  CHECK(plain.group == 12);
  CHECK(plain.session == 11);
  CHECK(plain.state == 'S');
  CHECK(plain.started == 9876);
  CHECK(!plain.is_kernel_thread);
  CHECK(!plain.is_dead());

  const ProcessEntry odd =
      parse_process_stat("12 (a) Z 9 (b)) R 1 34 12 0 -1 2097216 1 2 3 4 5 6 7 8 20 0 2 0 1 1 2 3");
  CHECK(odd.group == 34);
  CHECK(odd.state == 'R');
  CHECK(odd.is_kernel_thread);
  CHECK(odd.has_more_threads);
}

TEST_CASE("what is no line of stat is no process") {
  CHECK(parse_process_stat("").pid == 0);
  CHECK(parse_process_stat("nonsense").pid == 0);
  CHECK(parse_process_stat("1 (a)").pid == 0);
  CHECK(parse_process_stat("1 (a) S").pid == 0);
  CHECK(parse_process_stat("1 (a) S 1 1 1 0 -1 4194304").pid == 0);
  CHECK(parse_process_stat("x (a) S 1 12 11 0 -1 4 1 2 3 4 5 6 7 8 20 0 1 0 9 1 2 3").pid == 0);
}

TEST_CASE("a zombie is dead, unless only its first thread has ended") {
  ProcessEntry entry;
  entry.state = 'Z';
  CHECK(entry.is_dead());
  entry.has_more_threads = true;
  CHECK(!entry.is_dead());
}

TEST_CASE("the table has us and our children, told one by one and alive or not") {
  const pid_t zombie = ::fork();
  REQUIRE(zombie >= 0);
  if (zombie == 0) ::_exit(0);
  siginfo_t info{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(zombie), &info, WEXITED | WNOWAIT) == 0);
  std::size_t told = 0;
  const auto table = read_process_table([&](const ProcessEntry&) { ++told; });
  ::waitpid(zombie, nullptr, 0);
  REQUIRE(table);
  CHECK(told == table->size());
  const ProcessEntry* self = find(*table, ::getpid());
  REQUIRE(self != nullptr);
  CHECK(self->parent == ::getppid());
  CHECK(self->group == ::getpgrp());
  CHECK(self->session == ::getsid(0));
  CHECK(read_process(::getpid())->id() == self->id());
  const ProcessEntry* child = find(*table, zombie);
  REQUIRE(child != nullptr);
  CHECK(child->is_dead());
  CHECK(child->started >= self->started);
  CHECK(!read_process(zombie));
}

TEST_CASE("without a descriptor there is no table, rather than an empty one") {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit none = before;
  none.rlim_cur = 0;
  ::setrlimit(RLIMIT_NOFILE, &none);
  const auto table = read_process_table();
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK(!table);
}

TEST_CASE("two free descriptors are enough for a table and for an environment") {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit low = before;
  low.rlim_cur = 64;
  ::setrlimit(RLIMIT_NOFILE, &low);
  std::vector<Fd> all;
  for (Fd next; (next = Fd(::fcntl(0, F_DUPFD_CLOEXEC, 3))).is_open();) {
    all.push_back(std::move(next));
  }
  const bool is_low = all.size() >= 2;
  all.resize(is_low ? all.size() - 2 : 0);
  std::string path;
  const auto table = read_process_table([&](const ProcessEntry& entry) {
    if (entry.pid == ::getpid()) path = environment_value(entry.pid, "PATH");
  });
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK(is_low);
  CHECK(table);
  CHECK(!path.empty());
}

TEST_CASE("a variable is found in a process's environment, however large that is") {
  const std::string large(100000, 'x');
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    const std::string filler = "FILLER=" + large;
    const char* const environment[] = {"AB=not this",  filler.c_str(), "A=one:two",
                                       "A=not shadow", "EMPTY=",       nullptr};
    const char* const argv[] = {FANOUT_BAD_CHILD, "sleeper", nullptr};
    ::close(1);
    ::open("/dev/null", O_WRONLY);
    ::execve(FANOUT_BAD_CHILD, const_cast<char* const*>(argv),
             const_cast<char* const*>(environment));
    ::_exit(1);
  }
  const Instant deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (environment_value(pid, "A") != "one:two") {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
  }
  CHECK(environment_value(pid, "FILLER") == large);
  CHECK(environment_value(pid, "EMPTY").empty());
  CHECK(environment_value(pid, "B").empty());
  ::kill(pid, SIGKILL);
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT);
  CHECK(environment_value(pid, "A").empty());
  ::waitpid(pid, nullptr, 0);
  CHECK(environment_value(pid, "A").empty());
}
