// Who waits for whom to succeed, and who never will be started because somebody did not.
// Of jobs that nobody may ask about it keeps nothing; of those that succeeded neither.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sched/slots.hpp"

namespace fanout {

class Dependencies {
 public:
  /// Jobs come in input order. Gives it back when it waits for nobody; otherwise null, and
  /// next_freed() or next_hopeless() gives it one day.
  Job add(Job job);

  /// One that was not added has ended before the run began.
  void add_ended(JobIndex job, bool has_succeeded);

  /// An awaited job has its final outcome.
  void ended(JobIndex job, bool has_succeeded);
  /// No more are added.
  void end_of_jobs();

  /// One that waits no more, or null.
  Job next_freed();
  /// One that can never start, its outcome saying why, or null.
  Job next_hopeless();

  std::size_t waiting() const { return waiting_.size(); }
  /// All that still wait.
  std::vector<Job> take_all();

 private:
  using Index = std::uint64_t;
  struct Waiting {
    Job job;
    std::size_t unfinished = 0;
  };

  bool is_hopeless(JobRecord& job) const;

  std::unordered_map<Index, std::vector<Index>> unfinished_;  // with those who wait for it
  std::unordered_set<Index> unsuccessful_;                    // that others may still be after
  std::unordered_map<Index, Waiting> waiting_;
  std::deque<Job> freed_;
  std::deque<Job> hopeless_;
  bool has_all_jobs_ = false;
};

}  // namespace fanout
