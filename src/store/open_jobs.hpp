// Jobs that were read and have not ended: which row each of them has, and which of them run and are
// not in the journal yet as running. A short job has ended before anybody asks for it here.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>

#include "fanout/event.hpp"
#include "store/job_rows.hpp"

namespace fanout {

class OpenJobs {
 public:
  /// A start that is not in the journal.
  struct Start {
    RowOfJob job;
    const JobSpec* spec = nullptr;
    AttemptId id;
    Instant at{};
  };

  void read(JobIndex job, RowOfJob row);
  void started(const JobStarted& start);
  /// The attempt is over, or never was, but the job is not. Returns its row when that says that it
  /// runs.
  std::optional<std::int64_t> stopped(JobIndex job);
  /// Precondition: it was read.
  RowOfJob finished(JobIndex job);

  std::uint64_t running() const { return running_; }

  /// When the longest that runs and is not in the journal started.
  std::optional<Instant> first_start();
  /// That one, if it started at `until` or before; now it is in the journal.
  std::optional<Start> take_start(Instant until);

 private:
  struct Job {
    RowOfJob row;
    const JobSpec* spec = nullptr;  // null: it does not run
    Instant since{};                // of the attempt that runs
    bool is_written = false;        // as running
  };
  struct Order {
    AttemptId id;
    Instant at{};
  };

  void drop_ended();

  std::unordered_map<std::uint64_t, Job> jobs_;  // by index
  std::deque<Order> starts_;  // by their time; those that are over are dropped when they come first
  std::uint64_t running_ = 0;
};

}  // namespace fanout
