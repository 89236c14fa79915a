#include "os/file_lock.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "os/os_fixture.hpp"

using namespace fanout;

namespace {

using Missing = FileLock::Missing;

bool is_held(const std::string& path) {
  const Result<bool> held = is_locked(path);
  REQUIRE(held);
  return *held;
}

}  // namespace

TEST_CASE("a file lock is held by one, until it is let go") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  Result<std::optional<FileLock>> first = FileLock::take(path, Missing::make);
  REQUIRE(first);
  REQUIRE(first->has_value());
  CHECK(is_held(path));
  const Result<std::optional<FileLock>> second = FileLock::take(path, Missing::make);
  REQUIRE(second);
  CHECK_FALSE(second->has_value());
  first->reset();
  CHECK_FALSE(is_held(path));
  const Result<std::optional<FileLock>> third = FileLock::take(path, Missing::refuse);
  REQUIRE(third);
  CHECK(third->has_value());
}

TEST_CASE("a locked file that is opened, closed and asked about stays locked") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  const auto lock = FileLock::take(path, Missing::make);
  REQUIRE(lock);
  { const std::ifstream other(path); }
  CHECK(is_held(path));
  CHECK(is_held(path));
}

TEST_CASE("a file that is made for its lock is empty and its owner's only") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  const auto lock = FileLock::take(path, Missing::make);
  REQUIRE(lock);
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(status.st_size == 0);
}

TEST_CASE("a file lock is gone with its holder, also when that is killed") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  auto pipe = open_pipe();
  REQUIRE(std::holds_alternative<Pipe>(pipe));
  Pipe& told = std::get<Pipe>(pipe);
  const pid_t holder = ::fork();
  REQUIRE(holder >= 0);
  if (holder == 0) {
    const auto lock = FileLock::take(path, Missing::make);
    if (lock && *lock) write_all(told.writer.get(), "x");
    for (;;) ::pause();
  }
  told.writer.close();
  char byte = 0;
  CHECK(::read(told.reader.get(), &byte, 1) == 1);
  CHECK(is_held(path));
  const auto refused = FileLock::take(path, Missing::refuse);
  REQUIRE(refused);
  CHECK_FALSE(refused->has_value());
  REQUIRE(::kill(holder, SIGKILL) == 0);
  REQUIRE(::waitpid(holder, nullptr, 0) == holder);
  CHECK_FALSE(is_held(path));
}

TEST_CASE("a file lock is waited for a moment: a child of one that was killed may have it") {
  const TemporaryDirectory directory;
  const std::string path = directory / "journal";
  auto lock = FileLock::take(path, Missing::make);
  REQUIRE(lock);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    ::_exit(0);  // and with it its copy
  }
  lock->reset();  // ours is gone, as after a kill
  CHECK(is_held(path));
  const auto next = FileLock::take(path, Missing::refuse);
  REQUIRE(next);
  CHECK(next->has_value());
  REQUIRE(::waitpid(child, nullptr, 0) == child);
}

TEST_CASE("what cannot be locked is named") {
  const TemporaryDirectory directory;
  const auto absent = FileLock::take(directory / "absent", Missing::refuse);
  REQUIRE_FALSE(absent);
  CHECK(absent.error().kind == ErrorKind::usage);
  CHECK(absent.error().message ==
        "open \"" + (directory / "absent") + "\": No such file or directory");
  CHECK_FALSE(is_locked(directory / "absent"));

  REQUIRE(::mkfifo((directory / "fifo").c_str(), 0600) == 0);
  const auto fifo = FileLock::take(directory / "fifo", Missing::make);
  REQUIRE_FALSE(fifo);
  CHECK(fifo.error().message == "\"" + (directory / "fifo") + "\" is not a regular file");
  CHECK_FALSE(is_locked(directory / "fifo"));
  CHECK_FALSE(FileLock::take(directory.path(), Missing::make));
  CHECK_FALSE(is_locked(directory.path()));
}

TEST_CASE("a file lock leaves no descriptor behind") {
  const TemporaryDirectory directory;
  const std::ptrdiff_t before = count_open_descriptors();
  {
    const auto lock = FileLock::take(directory / "journal", Missing::make);
    const auto other = FileLock::take(directory / "journal", Missing::make);
    CHECK(count_open_descriptors() == before + 1);
    CHECK(is_held(directory / "journal"));
  }
  CHECK(count_open_descriptors() == before);
}
