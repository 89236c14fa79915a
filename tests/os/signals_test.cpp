#include "os/signals.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "os/fd.hpp"
#include "os/os_fixture.hpp"

using namespace fanout;

namespace {

void (*handler_of(int signal))(int) {
  struct sigaction action {};
  ::sigaction(signal, nullptr, &action);
  return action.sa_handler;
}

// Before main, because doctest has handlers of its own while a test runs.
const auto kTermAtStart = handler_of(SIGTERM);
const auto kPipeAtStart = handler_of(SIGPIPE);

}  // namespace

TEST_CASE("a signal that asks fanout to end is told through the loop, each time") {
  const auto loop = make_loop();
  std::vector<int> seen;
  const auto watch = SignalWatch::open(*loop, [&](int signal) { seen.push_back(signal); });
  REQUIRE(watch);
  ::raise(SIGTERM);
  run_until(*loop, [&] { return seen.size() == 1; });
  ::raise(SIGINT);
  run_until(*loop, [&] { return seen.size() == 2; });
  CHECK(seen == std::vector<int>{SIGTERM, SIGINT});
}

TEST_CASE("the second signal for users is told where it was asked for, and ends us elsewhere") {
  const auto loop = make_loop();
  const auto before = handler_of(SIGUSR2);
  std::vector<int> seen;
  {
    const auto watch = SignalWatch::open(*loop, [&](int signal) { seen.push_back(signal); });
    REQUIRE(watch);
    CHECK((handler_of(SIGUSR2) == before));
    (*watch)->add_second_user_signal();
    ::raise(SIGUSR2);
    run_until(*loop, [&] { return seen.size() == 1; });
  }
  CHECK(seen == std::vector<int>{SIGUSR2});
  CHECK((handler_of(SIGUSR2) == before));
}

TEST_CASE("a signal that was ignored when fanout was started stays ignored") {
  const auto loop = make_loop();
  const auto before = handler_of(SIGHUP);
  std::signal(SIGHUP, SIG_IGN);
  {
    const auto watch = SignalWatch::open(*loop, [](int) {});
    REQUIRE(watch);
    CHECK((handler_of(SIGHUP) == SIG_IGN));
    CHECK((handler_of(SIGTERM) != SIG_IGN));
  }
  std::signal(SIGHUP, before);
}

TEST_CASE("a watch gives back the dispositions that were found at start") {
  const auto loop = make_loop();
  {
    const auto watch = SignalWatch::open(*loop, [](int) {});
    REQUIRE(watch);
    CHECK((handler_of(SIGPIPE) == SIG_IGN));
    CHECK((handler_of(SIGTERM) != kTermAtStart));
  }
  CHECK((handler_of(SIGTERM) == kTermAtStart));
  CHECK((handler_of(SIGPIPE) == kPipeAtStart));
}

TEST_CASE(
    "dying by a signal is seen as that by whoever waits, although it was blocked or ignored") {
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    std::signal(SIGTERM, SIG_IGN);
    const SignalsBlocked blocked;
    die_by(SIGTERM);
  }
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGTERM);
}

TEST_CASE("while signals are blocked none arrives, and afterwards the mask is as before") {
  sigset_t before;
  ::sigprocmask(SIG_SETMASK, nullptr, &before);
  {
    const SignalsBlocked blocked;
    sigset_t now;
    ::sigprocmask(SIG_SETMASK, nullptr, &now);
    CHECK(::sigismember(&now, SIGTERM) == 1);
  }
  sigset_t after;
  ::sigprocmask(SIG_SETMASK, nullptr, &after);
  CHECK(::sigismember(&after, SIGTERM) == ::sigismember(&before, SIGTERM));
}
