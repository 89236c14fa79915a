#include "os/detach.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>

#include "os/os_fixture.hpp"
#include "os/terminal.hpp"

using namespace fanout;

namespace {

Pipe new_pipe() {
  return std::get<Pipe>(open_pipe());
}

/// All that comes, to the end.
std::string read_all(int fd) {
  std::string text;
  char chunk[256];
  for (ssize_t count = 0; (count = ::read(fd, chunk, sizeof chunk)) > 0;) {
    text.append(chunk, static_cast<std::size_t>(count));
  }
  return text;
}

/// In the new process doctest is not asked.
int checked(bool is_right) {
  return is_right ? 7 : 1;
}

}  // namespace

TEST_CASE("a detached process has a session of its own, no terminal and no standard output") {
  const pid_t session = ::getsid(0);
  const auto beginning = detach([session](Starter&) {
    char null[64] = {};
    const bool has_no_output = ::readlink("/proc/self/fd/1", null, sizeof null - 1) > 0 &&
                               std::string(null) == "/dev/null";
    return checked(::getsid(0) == ::getpid() && ::getsid(0) != session && !has_terminal() &&
                   has_no_output);
  });
  REQUIRE(beginning);
  CHECK_FALSE(beginning->is_well);
  CHECK(beginning->exit_code == 7);
  CHECK(beginning->ended_by == 0);
}

TEST_CASE("a starter that was let go does not wait, and the process goes on without it") {
  Pipe go = new_pipe();
  Pipe told = new_pipe();
  pid_t detached = 0;
  const auto beginning = detach([&](Starter& starter) {
    go.writer.close();
    told.reader.close();
    if (!starter.let_go()) return 1;
    read_all(go.reader.get());
    ::kill(::getpid(), SIGHUP);
    return write_all(told.writer.get(), "went on") == 0 ? 0 : 1;
  });
  REQUIRE(beginning);
  CHECK(beginning->is_well);
  told.writer.close();
  go.writer.close();
  CHECK(read_all(told.reader.get()) == "went on");
  detached = ::waitpid(-1, nullptr, 0);
  CHECK(detached > 0);
}

TEST_CASE("a starter hears of the signal that ended the process") {
  const auto beginning = detach([](Starter&) { return ::kill(::getpid(), SIGKILL); });
  REQUIRE(beginning);
  CHECK_FALSE(beginning->is_well);
  CHECK(beginning->ended_by == SIGKILL);
}

TEST_CASE("a starter that is asked to end takes the process with it") {
  Pipe held = new_pipe();
  const pid_t starter = ::getpid();
  const auto beginning = detach([&](Starter&) {
    held.reader.close();
    const pid_t self = ::getpid();
    CHECK(::write(held.writer.get(), &self, sizeof self) == sizeof self);
    ::kill(starter, SIGTERM);
    for (;;) ::pause();
    return 0;
  });
  REQUIRE(beginning);
  CHECK(beginning->asked_by == SIGTERM);
  held.writer.close();
  const std::string said = read_all(held.reader.get());  // to the end: it is gone
  pid_t process = 0;
  REQUIRE(said.size() == sizeof process);
  std::memcpy(&process, said.data(), sizeof process);
  CHECK(::kill(process, 0) == -1);  // and reaped
}

TEST_CASE("a process whose starter is killed before it was let go dies too") {
  Pipe held = new_pipe();
  Pipe begun = new_pipe();
  const pid_t middle = ::fork();
  REQUIRE(middle >= 0);
  if (middle == 0) {
    static_cast<void>(detach([&](Starter&) {
      write_all(begun.writer.get(), "b");
      for (;;) ::pause();
      return 0;
    }));
    ::_exit(0);
  }
  begun.writer.close();
  held.writer.close();
  char byte = 0;
  REQUIRE(::read(begun.reader.get(), &byte, 1) == 1);
  REQUIRE(::kill(middle, SIGKILL) == 0);
  REQUIRE(::waitpid(middle, nullptr, 0) == middle);
  CHECK(read_all(held.reader.get()).empty());
}

TEST_CASE("a process hears that its starter has gone") {
  Pipe told = new_pipe();
  Pipe go = new_pipe();
  const pid_t middle = ::fork();
  REQUIRE(middle >= 0);
  if (middle == 0) {
    static_cast<void>(detach([&](Starter& starter) {
      go.writer.close();
      ::prctl(PR_SET_PDEATHSIG, 0);  // as if it had let go a moment before
      write_all(told.writer.get(), "b");
      read_all(go.reader.get());
      write_all(told.writer.get(), starter.let_go() ? "well" : "gone");
      return 0;
    }));
    ::_exit(0);
  }
  told.writer.close();
  char byte = 0;
  REQUIRE(::read(told.reader.get(), &byte, 1) == 1);
  REQUIRE(::kill(middle, SIGKILL) == 0);
  REQUIRE(::waitpid(middle, nullptr, 0) == middle);
  go.writer.close();
  CHECK(read_all(told.reader.get()) == "gone");
}

TEST_CASE("signals are as they were when the process has begun") {
  sigset_t before;
  sigset_t after;
  ::sigprocmask(SIG_SETMASK, nullptr, &before);
  const std::ptrdiff_t descriptors = count_open_descriptors();
  const auto beginning = detach([&before](Starter&) {
    sigset_t inside;
    ::sigprocmask(SIG_SETMASK, nullptr, &inside);
    bool is_same = true;
    for (int signal = 1; signal < 32; ++signal) {
      is_same = is_same && ::sigismember(&inside, signal) == ::sigismember(&before, signal);
    }
    return checked(is_same);
  });
  REQUIRE(beginning);
  CHECK(beginning->exit_code == 7);
  ::sigprocmask(SIG_SETMASK, nullptr, &after);
  for (int signal = 1; signal < 32; ++signal) {
    CHECK(::sigismember(&after, signal) == ::sigismember(&before, signal));
  }
  CHECK(count_open_descriptors() == descriptors);
}

TEST_CASE("standard error is what it was, unless its redirection is kept") {
  const TemporaryDirectory directory;
  Pipe pipe = new_pipe();
  const auto beginning = detach([&](Starter&) {
    ::dup2(pipe.writer.get(), 2);
    {
      const auto redirected = RedirectedError::to(directory / "log");
      if (!redirected) return 1;
      write_all(2, "a");
    }
    write_all(2, "b");
    auto redirected = RedirectedError::to(directory / "log");
    redirected->keep();
    write_all(2, "c");
    return 0;
  });
  REQUIRE(beginning);
  CHECK(beginning->exit_code == 0);
  pipe.writer.close();
  CHECK(read_all(pipe.reader.get()) == "b");
  std::ifstream log(directory / "log");
  CHECK(std::string(std::istreambuf_iterator<char>(log), {}) == "ac");
  CHECK_FALSE(RedirectedError::to(directory / "none/log"));
}
