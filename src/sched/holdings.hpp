// What running jobs hold: mutexes, and numbers of counted resources, the lowest free ones first.
// All that a job wants is taken at once or not at all, so that no two wait for each other.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <queue>
#include <string>
#include <unordered_set>
#include <vector>

#include "fanout/plan.hpp"

namespace fanout {

class Holdings {
 public:
  explicit Holdings(const std::vector<Resource>& resources);

  /// Whether these can be had now. `kept` is a job whose share stays out of reach, or nullptr.
  bool has(const std::vector<Need>& needs, const JobPlan* kept) const;
  bool has(const std::vector<std::string>& mutexes, const JobPlan* kept) const;

  /// Precondition: has() all that it wants.
  Grants take(const JobPlan& plan);
  void give_back(const JobPlan& plan, const Grants& grants);

 private:
  struct Pool {
    std::uint32_t free = 0;
    std::uint32_t next_unused = 0;
    std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> returned;

    std::uint32_t take();
    void give_back(std::uint32_t number);
  };

  std::map<std::string, Pool> pools_;
  std::unordered_set<std::string> mutexes_;  // that are held
};

}  // namespace fanout
