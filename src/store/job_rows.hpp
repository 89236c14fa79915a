// The rows of jobs, attempts and outputs, written: what a record is in columns. When they become
// permanent is for others to say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fanout/record.hpp"
#include "fanout/run_clock.hpp"
#include "store/database.hpp"
#include "store/job_identity.hpp"

namespace fanout {

/// Which row is a job's, and what it says beside the record.
struct RowOfJob {
  std::int64_t row = 0;  ///< jobs.job
  JobKey key;
};

class JobRows {
 public:
  JobRows(std::int64_t session, RunClock clock) : session_(session), clock_(clock) {}

  /// To be called first. The database must outlive this.
  Result<void> prepare(Database& database);

  /// A job that ended, with all of its attempts. What is_large() is in files; of a large value the
  /// record has nothing, only how many bytes it has is told.
  Result<void> write(const RowOfJob& job, const JobRecord& record, std::uint64_t large_value = 0);

  /// A job that runs: an attempt was started at that time.
  Result<void> write_running(const RowOfJob& job, const JobSpec& spec, const AttemptId& attempt,
                             Instant started);
  /// write_running() told of what never was.
  Result<void> withdraw_running(std::int64_t row);

  /// A job of this session's input is at that place: no other one is any more.
  Result<void> take_place(JobIndex place);
  /// A job of an earlier session is in the input of this one, at that place.
  Result<void> claim(std::int64_t row, JobIndex place);
  /// Jobs that this session's input does not have are at no place any more.
  Result<void> forget_other_places();

  static bool is_large(const Output& output);
  static bool is_large(const std::optional<std::string>& value);
  /// Where the files of a job are, below outputs_directory().
  std::vector<std::string> folder_of(std::int64_t row) const;

 private:
  void put_job(const RowOfJob& job, const JobSpec& spec, const std::vector<std::string>& argv);
  void put_rest(const JobRecord& record);
  Result<void> write_attempt(std::int64_t row, const AttemptRecord& attempt);
  Result<void> write_output(std::int64_t row, const char* stream, const Output& output);
  Result<void> write_large_value(std::int64_t row, std::uint64_t bytes);
  void put_output(std::int64_t row, const char* stream, std::uint64_t bytes);

  std::int64_t session_;
  RunClock clock_;
  Statement job_;
  Statement attempt_;
  Statement output_;
  Statement withdraw_;
  Statement take_place_;
  Statement claim_;
  Statement forget_;
  // Texts of a statement that was not run yet.
  struct Texts {
    std::string command;
    std::string args;
    std::string kwargs;
    std::string started_at;
    std::string resources;
    std::string file;
  } texts_;
};

}  // namespace fanout
