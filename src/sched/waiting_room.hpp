// Failed jobs that wait for the time of their next attempt. They hold no worker slot.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "sched/slots.hpp"

namespace fanout {

class WaitingRoom {
 public:
  void add(Job job, Instant until) {
    const JobIndex index = job->spec.index;
    jobs_.emplace(std::pair(until, index), std::move(job));
  }

  bool is_empty() const { return jobs_.empty(); }
  std::optional<Instant> first() const {
    if (jobs_.empty()) return std::nullopt;
    return jobs_.begin()->first.first;
  }

  /// One whose time has come, the one that has waited longest for it first; or null.
  Job take_due(Instant now) {
    if (jobs_.empty() || jobs_.begin()->first.first > now) return nullptr;
    return std::move(jobs_.extract(jobs_.begin()).mapped());
  }

  /// All of them, whether their time has come or not.
  std::deque<Job> take_all() {
    std::deque<Job> all;
    for (auto& entry : jobs_) all.push_back(std::move(entry.second));
    jobs_.clear();
    return all;
  }

  /// Everything comes so much later.
  void shift(Duration by) {
    std::map<std::pair<Instant, JobIndex>, Job> later;
    for (auto& [key, job] : jobs_) {
      later.emplace_hint(later.end(), std::pair(key.first + by, key.second), std::move(job));
    }
    jobs_ = std::move(later);
  }

 private:
  std::map<std::pair<Instant, JobIndex>, Job> jobs_;
};

}  // namespace fanout
