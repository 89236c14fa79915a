// A part of the cgroup tree for the jobs of a run, one directory for each worker slot: nobody
// leaves a cgroup by losing parents, session or environment. Only where one is delegated to us
// (cgroups(7), "Delegation"), which is seldom; nothing depends on it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "os/fd.hpp"

namespace fanout {

class Cgroup {
 public:
  /// Null where no cgroup v2 is delegated to us.
  static std::unique_ptr<Cgroup> open(const std::string& run);

  /// Moves whoever still runs to our own cgroup, and leaves no directory.
  ~Cgroup();
  Cgroup(const Cgroup&) = delete;
  Cgroup& operator=(const Cgroup&) = delete;

  /// Holds the directories of all slots.
  const std::string& directory() const { return directory_; }

  struct Slot {
    std::string directory;
    Fd procs;  ///< a child that writes 0 to it is in the slot, with all that descend from it
  };

  /// For the next job in the slot. Who is left of the last one is moved out of it. Empty when the
  /// system refuses.
  std::optional<Slot> enter(std::uint32_t slot);

 private:
  Cgroup(std::string home, std::string directory)
      : home_(std::move(home)), directory_(std::move(directory)) {}

  std::string home_;  // our own
  std::string directory_;
};

/// Everybody in it and below it; nobody when there is no such cgroup.
std::vector<pid_t> processes_in_cgroup(const std::string& directory);

/// SIGKILL to everybody in it and below it, at once (Linux 5.14); nothing on an older kernel.
void kill_cgroup(const std::string& directory);

/// Moves everybody in it and below it, and removes it.
void dissolve_cgroup(const std::string& directory, const std::string& to);

}  // namespace fanout
