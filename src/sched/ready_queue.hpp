// The jobs that were added and do not run, and which of them is to start next: by priority, then
// in input order, as soon as those it is after have succeeded and what it wants can be had.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "sched/dependencies.hpp"
#include "sched/lanes.hpp"
#include "sched/slots.hpp"

namespace fanout {

/// When the first job may start.
enum class FirstStart {
  at_once,
  when_all_are_read,  ///< so that a later one can go first
};

class ReadyQueue {
 public:
  ReadyQueue(const std::vector<Resource>& resources, FirstStart first_start)
      : lanes_(resources), is_open_(first_start == FirstStart::at_once) {}

  /// A new one. They come in input order.
  void add(Job job);
  /// One that an earlier run has recorded; it comes in input order with the others.
  void add_ended(const JobRecord& job);
  /// One that was taken, and is to be started again.
  void put_back(Job job);
  void end_of_jobs();

  bool empty() const { return size() == 0; }
  bool has_next() const { return is_open_ && (!plain_.empty() || lanes_.next()); }
  /// Whether it makes sense to look further for one that can start.
  bool wants_more() const { return !is_open_ || (!has_next() && size() < kMostWaiting); }

  /// Precondition: has_next().
  Job take_next();
  /// An attempt of it is over: what it held is free.
  void release(const JobRecord& job) {
    if (job.spec.plan != nullptr) lanes_.give_back(job);
  }
  /// It has its final outcome.
  void ended(const JobRecord& job);
  /// One that can never start because of one that it is after, its outcome set; or null.
  Job next_hopeless() { return dependencies_.next_hopeless(); }

  /// All of them, in input order.
  std::vector<Job> take_all();

 private:
  // Enough to find work for every worker, and not the whole of a long input.
  static constexpr std::size_t kMostWaiting = 10'000;

  std::size_t size() const { return plain_.size() + lanes_.size() + dependencies_.waiting(); }
  bool is_plain_next() const;
  void take_freed();

  std::deque<Job> plain_;  // those that want nothing, in input order
  Lanes lanes_;
  Dependencies dependencies_;
  bool is_open_;
};

}  // namespace fanout
