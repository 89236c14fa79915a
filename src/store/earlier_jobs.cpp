#include "store/earlier_jobs.hpp"

#include <utility>

namespace fanout {
namespace {

constexpr const char* kFind =
    "SELECT job FROM jobs WHERE key = ? AND status = ? AND session < ? ORDER BY session, job LIMIT "
    "1";

/// The best first.
constexpr const char* kStatuses[] = {"succeeded", "failed", "aborted", "interrupted"};

}  // namespace

Result<EarlierJobs> EarlierJobs::open(Database& database, const std::string& journal,
                                      std::int64_t session, Reuse reuse, BlobStore& outputs) {
  Result<Statement> find = database.prepare(kFind);
  if (!find) return find.error();
  Result<Statement> row =
      database.prepare("SELECT " + std::string(kJobColumns) + " FROM jobs WHERE job = ?");
  if (!row) return row.error();
  Result<StoredRecords> records = StoredRecords::prepare(database, journal, outputs);
  if (!records) return records.error();
  return EarlierJobs(session, std::move(reuse), *std::move(find), *std::move(row),
                     *std::move(records));
}

Result<std::optional<EarlierJobs::Match>> EarlierJobs::find(const JobKey& key) {
  for (const std::string_view status : kStatuses) {
    find_.reset();
    find_.put_blob(key.view());
    find_.put_text(status);
    find_.put(session_);
    const Result<bool> has_row = find_.step();
    if (!has_row) return has_row.error();
    if (!*has_row) continue;
    const bool is_kept = status == "failed" && reuse_.failures == EarlierFailures::keep;
    const Match match{find_.integer(0), is_kept || status == "succeeded"};
    find_.reset();
    return std::optional<Match>(match);
  }
  find_.reset();
  return std::optional<Match>();
}

Result<std::shared_ptr<JobRecord>> EarlierJobs::record(std::int64_t row, JobSpec& job,
                                                       const RunClock& clock) {
  row_.reset();
  row_.put(row);
  const Result<bool> has_row = row_.step();
  if (!has_row) return has_row.error();
  Result<std::unique_ptr<JobRecord>> read = records_.read(row_);
  row_.reset();
  if (!read) return read.error();
  std::shared_ptr<JobRecord> record = *std::move(read);
  const Result<bool> has_value = make_value(*record);
  if (!has_value) return has_value.error();
  if (!*has_value) return std::shared_ptr<JobRecord>();
  if (const auto* part = std::get_if<StdinBlock>(&job.input)) part->block->let_go();
  for (AttemptRecord& attempt : record->attempts) {
    const WallTime started(attempt.started.time_since_epoch());
    attempt.id.job = job.index;
    attempt.started = clock.start + (started - clock.wall_start);
  }
  record->spec = std::move(job);
  record->spec.command = {};
  record->is_reused = true;
  return record;
}

/// Another --parse may have been given then. An output that is not there any more tells so itself.
Result<bool> EarlierJobs::make_value(JobRecord& record) const {
  if (!reuse_.makes_values || !record.out.failure.empty()) return true;
  if (status_of(record.outcome) != Status::succeeded) return true;
  record.value.reset();
  if (!reuse_.parse) return true;
  if (record.out.is_truncated()) return false;
  const Result<std::string> bytes = record.out.bytes();
  if (!bytes) return bytes.error();
  Result<std::string> value = reuse_.parse(*bytes);
  if (!value) return false;
  record.value = *std::move(value);
  return true;
}

}  // namespace fanout
