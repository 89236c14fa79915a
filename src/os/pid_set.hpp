// Process numbers, close together in memory: thousands of them are asked for in one go.
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <vector>

namespace fanout {

class PidSet {
 public:
  void insert(pid_t pid) {
    const auto place = std::ranges::lower_bound(pids_, pid);
    if (place == pids_.end() || *place != pid) pids_.insert(place, pid);
  }

  void erase(pid_t pid) {
    const auto place = std::ranges::lower_bound(pids_, pid);
    if (place != pids_.end() && *place == pid) pids_.erase(place);
  }

  bool contains(pid_t pid) const { return std::ranges::binary_search(pids_, pid); }

 private:
  std::vector<pid_t> pids_;  // in order
};

}  // namespace fanout
