// A row of the table sessions as values: what a start of fanout on a journal was asked for, and how
// far it has come.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/base/result.hpp"
#include "fanout/base/time.hpp"
#include "store/statement.hpp"

namespace fanout {

struct SessionRow {
  std::int64_t session = 1;
  WallTime started_at{};
  WallTime updated_at{};
  std::optional<WallTime> finished_at;  ///< empty: it runs, or died
  std::vector<std::string> command_line;
  std::string directory;
  std::string settings;  ///< JSON object
  bool is_named = false;
  std::string output;  ///< the form asked for
  std::int64_t pid = 0;
  std::optional<std::uint64_t> known_jobs;
  std::uint64_t jobs = 0;  ///< read so far; of these:
  std::uint64_t running = 0;
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  std::uint64_t aborted = 0;
  std::uint64_t flaky = 0;
  std::uint64_t reused = 0;
  std::optional<std::uint64_t> workers_requested;  ///< empty: as many as there are jobs
  std::optional<std::uint64_t> workers;
  std::string workers_limited_by;
  std::string ended_by;
  std::optional<int> exit_code;
  Duration seconds{};
  Duration user{};
  Duration system{};

  std::uint64_t done() const { return succeeded + failed + aborted; }
};

/// For `SELECT … FROM sessions`.
constexpr std::string_view kSessionColumns =
    "session, started_at, updated_at, finished_at, command_line, directory, settings, is_named, "
    "output, pid, known_jobs, jobs, running, succeeded, failed, aborted, flaky, reused, "
    "workers_requested, workers, workers_limited_by, ended_by, exit_code, seconds, user_seconds, "
    "system_seconds";

/// An error when the columns are not what a journal has there.
Result<SessionRow> session_at(const Statement& row);

}  // namespace fanout
