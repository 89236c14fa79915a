#include "os/cgroup.hpp"

#include <doctest/doctest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "os/tree_fixture.hpp"
#include "os/tree_signals.hpp"

using namespace fanout;
namespace fs = std::filesystem;

namespace {

bool write_text(const std::string& path, const std::string& text) {
  return (std::ofstream(path) << text << std::flush).good();
}

/// Our path in the tree of version 2; empty when there is none.
std::string own_path() {
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::/")) return line.substr(3);
  }
  return {};
}

/// A process of its own, in a mount namespace and a cgroup of its own. The rest of a test runs in
/// it and must end with leave().
class Room {
 public:
  static constexpr int kSkipped = 125;

  Room() {
    if (::unshare(CLONE_NEWNS) != 0) ::_exit(kSkipped);
    ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    const std::string point = mount_point_.path();
    if (::mount("none", point.c_str(), "cgroup2", 0, nullptr) != 0) ::_exit(kSkipped);
    home_ = point + own_path();
    directory_ = home_ + "/fanout-test-" + std::to_string(::getpid());
    if (::mkdir(directory_.c_str(), 0755) != 0) ::_exit(kSkipped);
    if (!write_text(directory_ + "/cgroup.procs", "0")) leave(kSkipped);
  }

  void delegate() {
    if (::setxattr(directory_.c_str(), "trusted.delegate", "1", 1, 0) != 0) leave(kSkipped);
  }

  const std::string& directory() const { return directory_; }

  /// The test in the parent fails when the number is not 0.
  void check(bool holds, int number) {
    if (!holds) leave(number);
  }

  [[noreturn]] void leave(int code) {
    write_text(home_ + "/cgroup.procs", "0");
    dissolve_cgroup(directory_, home_);
    ::umount2(mount_point_.path().c_str(), MNT_DETACH);
    fs::remove(mount_point_.path());
    ::_exit(code);
  }

 private:
  TemporaryDirectory mount_point_;
  std::string home_;
  std::string directory_;
};

bool is_root() {
  if (::geteuid() == 0) return true;
  MESSAGE("skipped: only root can mount");
  return false;
}

/// Returns the number of the check that failed; 0 when all held.
int in_room(void (*test)(Room&)) {
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    Room room;
    test(room);
    room.leave(0);
  }
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  REQUIRE(WIFEXITED(status));
  if (WEXITSTATUS(status) != Room::kSkipped) return WEXITSTATUS(status);
  MESSAGE("skipped: no cgroup v2 can be mounted and entered here");
  return 0;
}

}  // namespace

TEST_CASE("a cgroup that is not there holds nobody, and nothing is done to it") {
  const TemporaryDirectory directory;
  CHECK(processes_in_cgroup(directory / "none").empty());
  kill_cgroup(directory / "none");
  dissolve_cgroup(directory / "none", directory.path());
  CHECK(fs::is_empty(directory.path()));
}

TEST_CASE("a cgroup that was not delegated is left alone by root") {
  if (!is_root()) return;
  CHECK(in_room([](Room& room) {
          room.check(Cgroup::open("R") == nullptr, 1);
          room.check(!fs::exists(room.directory() + "/fanout-R"), 2);
        }) == 0);
}

TEST_CASE("in a delegated cgroup each slot holds its tree, and nothing is left of it") {
  if (!is_root()) return;
  CHECK(in_room([](Room& room) {
          room.delegate();
          auto cgroup = Cgroup::open("R");
          room.check(cgroup != nullptr, 1);
          const std::string directory = cgroup->directory();
          {
            Grove grove;
            auto slot = cgroup->enter(3);
            room.check(slot.has_value(), 2);
            PlayedTree played(grove, {"nameless"}, "", slot->procs.get());
            played.await_ready();
            room.check(processes_in_cgroup(slot->directory).size() == 2, 3);
            room.check(processes_in_cgroup(directory).size() == 2, 4);
            // Who is left has neither a parent in the tree nor a mark.
            played.tree.cgroup = slot->directory;
            ::kill(played.tree.leader, SIGKILL);
            played.await_exit();
            played.reap();
            const std::array trees = {&played.tree};
            room.check(have_processes(trees, grove.family).front(), 5);
            kill(trees, grove.family);
            played.await_end();
          }
          cgroup.reset();
          room.check(!fs::exists(directory), 6);
        }) == 0);
}

TEST_CASE("a slot is empty for its next job, and strays outlive the cgroup") {
  if (!is_root()) return;
  CHECK(in_room([](Room& room) {
          room.delegate();
          auto cgroup = Cgroup::open("R");
          room.check(cgroup != nullptr, 1);
          const std::string directory = cgroup->directory();
          Grove grove;
          auto slot = cgroup->enter(1);
          room.check(slot.has_value(), 2);
          PlayedTree stray(grove, {"daemon", "leave"}, "R.0.1", slot->procs.get());
          stray.await_exit();
          stray.reap();
          room.check(processes_in_cgroup(slot->directory).size() == 1, 3);
          slot = cgroup->enter(1);
          room.check(slot.has_value(), 4);
          room.check(processes_in_cgroup(slot->directory).empty(), 5);
          room.check(processes_in_cgroup(directory).size() == 1, 6);
          // As a fanout in a job that was killed leaves it.
          room.check(::mkdir((slot->directory + "/fanout-Q").c_str(), 0755) == 0, 7);
          cgroup.reset();
          room.check(!fs::exists(directory), 8);
          const std::array trees = {&stray.tree};
          room.check(have_processes(trees, grove.family).front(), 9);
          kill(trees, grove.family);
          stray.await_end();
        }) == 0);
}
