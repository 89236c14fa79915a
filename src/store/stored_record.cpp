#include "store/stored_record.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>

#include "fanout/base/text.hpp"
#include "fanout/base/utf8.hpp"
#include "store/journal_schema.hpp"
#include "store/outcome_columns.hpp"
#include "store/stored_json.hpp"

namespace fanout {
namespace {

// Columns of kJobColumns.
constexpr int kOutcome = 8;
constexpr int kPrerequisite = kOutcome + kOutcomeColumnCount;
constexpr int kValue = kPrerequisite + 1;
constexpr int kStdinBytes = kValue + 1;
constexpr int kResources = kStdinBytes + 2;

Error about_job(std::int64_t job, const Error& why) {
  return {why.kind, "job " + std::to_string(job) + ": " + why.message};
}

Result<void> read_spec(JobRecord& record, const Statement& row) {
  JobSpec& spec = record.spec;
  spec.index.value = row.count(1).value_or(0);
  if (!row.is_null(4)) spec.name = row.word(4);
  Result<std::vector<std::string>> argv = words_of_json(row.bytes(5));
  if (!argv) return argv.error();
  record.argv = std::move(*argv);
  Result<std::vector<Value>> args = values_of_json(row.bytes(6));
  if (!args) return args.error();
  spec.args = std::move(*args);
  Result<Kwargs> kwargs = kwargs_of_json(row.bytes(7));
  if (!kwargs) return kwargs.error();
  spec.kwargs = std::move(*kwargs);
  return {};
}

Result<void> read_rest(JobRecord& record, const Statement& row) {
  if (!row.is_null(kValue)) record.value = row.word(kValue);
  if (const auto given = row.count(kStdinBytes)) {
    auto block = std::make_shared<Block>();
    block->size = *given;
    record.spec.input = StdinBlock{std::move(block), StdinBlock::Supply::alone};
    record.input_use = {*given, row.count(kStdinBytes + 1).value_or(0)};
  }
  if (row.is_null(kResources)) return {};
  Result<Grants> grants = grants_of_json(row.bytes(kResources));
  if (!grants) return grants.error();
  record.granted = std::make_shared<const Grants>(std::move(*grants));
  return {};
}

/// Of the table attempts: attempt, slot, started_at, four times, leaked, then the outcome.
Result<AttemptRecord> attempt_at(const Statement& row, JobIndex job, const JobRecord& record) {
  AttemptRecord attempt;
  attempt.id = {job, static_cast<std::uint32_t>(row.count(0).value_or(1)),
                SlotNumber{static_cast<std::uint32_t>(row.count(1).value_or(1))}};
  const std::optional<WallTime> started = parse_wall_time(row.bytes(2));
  if (!started) return Error{ErrorKind::system, in_quotes(row.bytes(2)) + " is no time"};
  attempt.started = Instant(started->time_since_epoch());
  attempt.elapsed = row.duration(3);
  attempt.usage = {row.duration(4), row.duration(5), row.count(6)};
  attempt.has_leaked = row.integer(7) != 0;
  const auto* cancelled = std::get_if<Cancelled>(&record.outcome);
  Result<Outcome> outcome = outcome_at(row, 8, cancelled ? cancelled->prerequisite : "");
  if (!outcome) return outcome.error();
  attempt.outcome = std::move(*outcome);
  return attempt;
}

/// Appends what comes to a blob, and looks whether it is text from a place on.
class Filling {
 public:
  Filling(BlobStore& store, std::optional<std::uint64_t> text_from)
      : blob_(std::make_shared<Blob>(store)), text_from_(text_from) {}

  Result<void> add(std::string_view bytes) {
    if (text_from_) {
      const std::uint64_t skipped =
          *text_from_ > blob_->size() ? *text_from_ - blob_->size() : std::uint64_t{0};
      checker_.add(bytes.substr(std::min<std::uint64_t>(skipped, bytes.size())));
    }
    return blob_->append(bytes);
  }

  /// A file that was cut short, or has other bytes now than once: these are what it has.
  void finish(Output& output) {
    output.text_from = checker_.last_error() ? std::nullopt : text_from_;
    if (output.text_from) output.text_from = std::min(*output.text_from, blob_->size());
    output.kept = std::move(blob_);
  }

 private:
  std::shared_ptr<Blob> blob_;
  std::optional<std::uint64_t> text_from_;
  Utf8Checker checker_;
};

Result<void> fill_from(std::ifstream& file, const std::string& path, Filling& filling) {
  std::array<char, std::size_t{64} << 10> chunk;
  while (file) {
    file.read(chunk.data(), chunk.size());
    const std::string_view bytes(chunk.data(), static_cast<std::size_t>(file.gcount()));
    if (Result<void> done = filling.add(bytes); !done) return done;
  }
  if (file.bad()) return system_error("read", path, errno);
  return {};
}

/// What goes wrong is what is wrong with the output, not with the journal.
void fill_from_file(const std::string& path, Filling& filling, Output& output) {
  std::ifstream file(path, std::ios::binary);
  const Result<void> done =
      file ? fill_from(file, path, filling) : Result<void>(system_error("open", path, errno));
  if (!done) output.failure = done.error().message;
}

}  // namespace

Result<StoredRecords> StoredRecords::prepare(Database& database, std::string journal,
                                             BlobStore& outputs) {
  Result<Statement> attempts = database.prepare(
      "SELECT attempt, slot, started_at, seconds, user_seconds, system_seconds, max_rss_kib, "
      "leaked, " +
      std::string(kOutcomeColumns) +
      " FROM attempts WHERE job = ? AND session = ? ORDER BY attempt");
  if (!attempts) return attempts.error();
  Result<Statement> streams = database.prepare(
      "SELECT stream, bytes, text_from, data, file, failure FROM outputs WHERE job = ? AND "
      "session = ?");
  if (!streams) return streams.error();
  return StoredRecords(std::move(journal), outputs, std::move(*attempts), std::move(*streams));
}

Result<std::unique_ptr<JobRecord>> StoredRecords::read(const Statement& row) {
  auto record = std::make_unique<JobRecord>();
  const std::int64_t job = row.integer(0);
  const std::int64_t ran_in = row.integer(3);
  Result<Outcome> outcome = outcome_at(row, kOutcome, row.word(kPrerequisite));
  if (!outcome) return about_job(job, outcome.error());
  record->outcome = std::move(*outcome);
  record->is_reused = row.integer(2) != ran_in;
  Result<void> done = read_spec(*record, row);
  if (done) done = read_rest(*record, row);
  if (done) done = read_attempts(*record, job, ran_in);
  if (done) done = read_streams(*record, job, ran_in);
  if (!done) return about_job(job, done.error());
  return record;
}

Result<void> StoredRecords::read_attempts(JobRecord& record, std::int64_t job,
                                          std::int64_t session) {
  attempts_.reset();
  attempts_.put(job);
  attempts_.put(session);
  while (true) {
    const Result<bool> has_row = attempts_.step();
    if (!has_row) return has_row.error();
    if (!*has_row) break;
    Result<AttemptRecord> attempt = attempt_at(attempts_, record.spec.index, record);
    if (!attempt) return attempt.error();
    record.attempts.push_back(std::move(*attempt));
  }
  attempts_.reset();
  return {};
}

Result<void> StoredRecords::read_streams(JobRecord& record, std::int64_t job,
                                         std::int64_t session) {
  streams_.reset();
  streams_.put(job);
  streams_.put(session);
  while (true) {
    const Result<bool> has_row = streams_.step();
    if (!has_row) return has_row.error();
    if (!*has_row) break;
    Result<Output> output = output_at(streams_);
    if (!output) return output.error();
    const std::string_view stream = streams_.bytes(0);
    if (stream == "stdout") record.out = std::move(*output);
    if (stream == "stderr") record.err = std::move(*output);
    if (stream != "value") continue;
    Result<std::string> value = output->bytes();
    if (!value) return value.error();
    record.value = std::move(*value);
  }
  streams_.reset();
  return {};
}

Result<Output> StoredRecords::output_at(const Statement& row) {
  Output output;
  output.total_bytes = row.count(1).value_or(0);
  output.failure = row.word(5);
  Filling filling(store_, row.count(2));
  const std::string_view file = row.bytes(4);
  if (is_output_file(file)) {
    fill_from_file(outputs_directory(journal_) + "/" + std::string(file), filling, output);
  } else if (!file.empty()) {
    return Error{ErrorKind::system, in_quotes(file) + " is no file of an output"};
  } else if (const Result<void> done = filling.add(row.bytes(3)); !done) {
    return done.error();
  }
  filling.finish(output);
  return output;
}

}  // namespace fanout
