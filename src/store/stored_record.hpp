// Makes the record of a job again from its rows in a journal.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "fanout/base/blob.hpp"
#include "fanout/base/result.hpp"
#include "fanout/record.hpp"
#include "store/database.hpp"
#include "store/statement.hpp"

namespace fanout {

/// For `SELECT … FROM jobs`, in the order of StoredRecords::read().
constexpr std::string_view kJobColumns =
    "job, place, session, ran_in, name, command, args, kwargs, status, error_kind, error_message, "
    "exit_code, signal, core_dumped, errno, time_limit, prerequisite, value, stdin_bytes, "
    "stdin_untaken_bytes, resources";

/// Instants of the records count from the epoch of wall time, as of the clock RunClock{}.
class StoredRecords {
 public:
  /// `journal` is the path of the database, beside which large outputs are. The database must
  /// outlive this; `outputs`, where outputs wait to be shown, the records.
  static Result<StoredRecords> prepare(Database& database, std::string journal, BlobStore& outputs);

  /// The record of a job that has ended. An output that is not there any more says so in
  /// Output::failure; rows that nobody but fanout can have written are otherwise an error.
  Result<std::unique_ptr<JobRecord>> read(const Statement& job);

 private:
  StoredRecords(std::string journal, BlobStore& outputs, Statement attempts, Statement streams)
      : journal_(std::move(journal)),
        store_(outputs),
        attempts_(std::move(attempts)),
        streams_(std::move(streams)) {}

  Result<void> read_attempts(JobRecord& record, std::int64_t job, std::int64_t session);
  Result<void> read_streams(JobRecord& record, std::int64_t job, std::int64_t session);
  Result<Output> output_at(const Statement& row);

  std::string journal_;
  BlobStore& store_;
  Statement attempts_;
  Statement streams_;
};

}  // namespace fanout
