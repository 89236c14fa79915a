// Writes the row of a session: what it was started with, and how far it is. It is brought up to
// date in every commit, so that one row says all of a run of a million jobs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/record.hpp"
#include "fanout/run_clock.hpp"
#include "store/database.hpp"

namespace fanout {

/// What a session is started with.
struct SessionInfo {
  RunClock clock;
  std::vector<std::string> command_line;
  std::string directory;
  std::string settings_json;
  bool is_named = false;
  std::string output;                              ///< form of the results
  std::optional<std::uint64_t> known_jobs;         ///< empty: nobody knows yet
  std::optional<std::uint32_t> workers_requested;  ///< empty: as many as there are jobs
  std::int64_t pid = 0;
};

/// How far it is. The counts are of what is in the journal.
struct SessionCounts {
  std::optional<std::uint64_t> known_jobs;
  std::uint64_t jobs = 0;  ///< that were read
  std::uint64_t running = 0;
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  std::uint64_t aborted = 0;
  std::uint64_t flaky = 0;
  std::uint64_t reused = 0;
  std::uint64_t workers = 0;  ///< the most that ran at once
  std::string workers_limited_by;
  std::string ended_by;

  void count(const JobRecord& record);
};

class SessionWriter {
 public:
  /// Writes a new row. The database must outlive this.
  static Result<SessionWriter> insert(Database& database, const SessionInfo& info);

  std::int64_t number() const { return number_; }

  Result<void> update(const SessionCounts& counts, Instant now);
  /// The summary of the run; it has not ended before end().
  Result<void> summarize(const Summary& summary);
  /// `ended_by` counts where nothing else ended it.
  Result<void> end(int exit_code, std::string_view ended_by, Instant now);

 private:
  SessionWriter(std::int64_t number, RunClock clock) : number_(number), clock_(clock) {}
  Result<void> prepare(Database& database);

  std::int64_t number_;
  RunClock clock_;
  Statement update_;
  Statement summarize_;
  Statement end_;
};

}  // namespace fanout
