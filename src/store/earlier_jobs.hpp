// The jobs that earlier sessions left in a journal, each found by its content and claimed once: of
// equal ones another, until there are no more.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "fanout/base/blob.hpp"
#include "fanout/record.hpp"
#include "fanout/run_clock.hpp"
#include "store/database.hpp"
#include "store/job_identity.hpp"
#include "store/stored_record.hpp"

namespace fanout {

/// What becomes of a job that failed in an earlier session.
enum class EarlierFailures { run_again, keep };

/// What is taken over from earlier sessions.
struct Reuse {
  EarlierFailures failures = EarlierFailures::run_again;
  /// Values are made anew, whatever was recorded: with `parse`, or none where that is empty.
  bool makes_values = false;
  std::function<Result<std::string>(std::string_view)> parse;
};

class EarlierJobs {
 public:
  struct Match {
    std::int64_t row = 0;
    bool is_done = false;  ///< it is not to be run again
  };

  /// Those of sessions before `session`. The database must outlive this; `outputs`, the records.
  static Result<EarlierJobs> open(Database& database, const std::string& journal,
                                  std::int64_t session, Reuse reuse, BlobStore& outputs);

  /// The best of those that are equal to it and not claimed: one that is done, if there is one.
  Result<std::optional<Match>> find(const JobKey& key);

  /// The record of a job that is done, as of that job of this run, which is taken. `clock` is the
  /// run's. Null when no value can be made of its output: then it is to be run again.
  Result<std::shared_ptr<JobRecord>> record(std::int64_t row, JobSpec& job, const RunClock& clock);

 private:
  EarlierJobs(std::int64_t session, Reuse reuse, Statement find, Statement row,
              StoredRecords records)
      : session_(session),
        reuse_(std::move(reuse)),
        find_(std::move(find)),
        row_(std::move(row)),
        records_(std::move(records)) {}

  Result<bool> make_value(JobRecord& record) const;

  std::int64_t session_;
  Reuse reuse_;
  Statement find_;
  Statement row_;
  StoredRecords records_;
};

}  // namespace fanout
