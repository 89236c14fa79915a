#include "store/journal_reader.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "fanout/base/number.hpp"
#include "fanout/base/text.hpp"
#include "store/journal_schema.hpp"

namespace fanout {
namespace {

// What is read at once: a writer waits for nobody, but what it wrote meanwhile stays in the file
// beside the journal.
constexpr std::size_t kPageRows = 200;
constexpr std::uint64_t kPageBytes = std::uint64_t{1} << 20;

std::string select_jobs(const std::string& rest) {
  return "SELECT " + std::string(kJobColumns) + " FROM jobs " + rest;
}

bool has_ended(const Statement& job, int column = 8) {  // of kJobColumns
  const std::string_view status = job.bytes(column);
  return status != "running" && status != "interrupted";
}

}  // namespace

Result<std::unique_ptr<JournalReader>> JournalReader::open(std::string path, BlobStore& outputs) {
  using Reader = std::unique_ptr<JournalReader>;
  Result<Database> database = Database::open(path, Database::Access::read);
  if (!database) {
    return usage_error("cannot open the journal: " + database.error().message);
  }
  const Result<bool> blank = is_blank(*database);
  if (!blank) return reading_failed(path, *database, blank.error());
  if (*blank) return Reader();
  // Opened once more: who is asked whether it is one takes a path.
  Result<Database> journal = open_journal(path, Database::Access::read);
  if (!journal) return journal.error();
  Reader reader(new JournalReader(std::move(path), std::move(*journal)));
  if (Result<void> done = reader->prepare(outputs); !done) return done.error();
  return reader;
}

Result<void> JournalReader::prepare(BlobStore& outputs) {
  return in_transaction([&]() -> Result<void> {
    if (Result<void> done = choose_key(); !done) return done;
    Result<StoredRecords> records = StoredRecords::prepare(database_, path_, outputs);
    if (!records) return records.error();
    records_.emplace(std::move(*records));
    const std::string key = key_name();
    // Of two jobs with one place the later session has the right to it.
    Result<Statement> page = database_.prepare(
        select_jobs("WHERE " + key + " > ? ORDER BY " + key + ", session DESC LIMIT ?"));
    if (!page) return page.error();
    page_.emplace(std::move(*page));
    return {};
  });
}

Result<void> JournalReader::choose_key() {
  const Result<std::int64_t> indices =
      database_.number("SELECT count(*) FROM sqlite_schema WHERE name = 'jobs_by_place'");
  if (!indices) return indices.error();
  key_ = *indices > 0 ? Key::place : Key::job;
  return {};
}

Result<void> JournalReader::in_transaction(const std::function<Result<void>()>& read) {
  Result<void> done = database_.run("BEGIN");
  if (done) done = read();
  // Named before the rollback, which makes the database forget what was wrong.
  if (!done && done.error().kind == ErrorKind::system) {
    done = reading_failed(path_, database_, done.error());
  }
  if (database_.is_in_transaction()) {
    const Result<void> ended = database_.run(done ? "COMMIT" : "ROLLBACK");
    if (done && !ended) return reading_failed(path_, database_, ended.error());
  }
  return done;
}

Result<std::optional<SessionRow>> JournalReader::newest_session() {
  std::optional<SessionRow> session;
  const Result<void> done = in_transaction([&]() -> Result<void> {
    Result<Statement> statement = database_.prepare("SELECT " + std::string(kSessionColumns) +
                                                    " FROM sessions ORDER BY session DESC LIMIT 1");
    if (!statement) return statement.error();
    const Result<bool> has_row = statement->step();
    if (!has_row) return has_row.error();
    if (!*has_row) return {};
    Result<SessionRow> row = session_at(*statement);
    if (!row) return row.error();
    session = std::move(*row);
    return {};
  });
  if (!done) return done.error();
  return session;
}

Result<std::unique_ptr<JobRecord>> JournalReader::next() {
  while (waiting_.empty() && !is_at_end_) {
    if (Result<void> done = read_page(); !done) return done.error();
  }
  if (waiting_.empty()) return std::unique_ptr<JobRecord>();
  std::unique_ptr<JobRecord> record = std::move(waiting_.front());
  waiting_.pop_front();
  return record;
}

Result<void> JournalReader::read_page() {
  waiting_bytes_ = 0;
  return in_transaction(
      [this] { return by_completion_ ? read_rows_by_completion() : read_rows_by_key(); });
}

Result<void> JournalReader::read_rows_by_key() {
  page_->reset();
  page_->put(last_);
  page_->put(kPageRows);
  const int key_column = key_ == Key::job ? 0 : 1;
  std::size_t rows = 0;
  while (waiting_bytes_ < kPageBytes) {
    const Result<bool> has_row = page_->step();
    if (!has_row) return has_row.error();
    if (!*has_row) {
      is_at_end_ = rows < kPageRows;
      break;
    }
    ++rows;
    const std::int64_t key = page_->integer(key_column);
    const bool is_superseded = std::exchange(last_, key) == key;
    if (is_superseded || page_->is_null(1) || !has_ended(*page_)) continue;
    if (Result<void> done = keep(*page_); !done) return done;
  }
  page_->reset();
  return {};
}

Result<void> JournalReader::read_rows_by_completion() {
  while (waiting_bytes_ < kPageBytes && waiting_.size() < kPageRows) {
    if (next_by_completion_ == by_completion_->size()) {
      is_at_end_ = true;
      break;
    }
    page_->reset();
    page_->put((*by_completion_)[next_by_completion_++].job);
    const Result<bool> has_row = page_->step();
    if (!has_row) return has_row.error();
    if (!*has_row || page_->is_null(1) || !has_ended(*page_)) continue;
    if (Result<void> done = keep(*page_); !done) return done;
  }
  page_->reset();
  return {};
}

Result<void> JournalReader::keep(const Statement& row) {
  Result<std::unique_ptr<JobRecord>> record = records_->read(row);
  if (!record) return record.error();
  waiting_bytes_ += (*record)->out.size() + (*record)->err.size();
  waiting_.push_back(std::move(*record));
  return {};
}

Result<void> JournalReader::order_by_completion() {
  std::vector<End> ends;
  const Result<void> done = in_transaction([&]() -> Result<void> {
    Result<Statement> rows = database_.prepare(
        "SELECT j.job, a.started_at, a.seconds, j.place, j.status FROM jobs AS j LEFT JOIN "
        "attempts AS a ON a.job = j.job AND a.session = j.ran_in AND a.attempt = j.attempts WHERE "
        "j.place IS NOT NULL ORDER BY j." +
        std::string(key_name()) + ", j.session DESC");
    if (!rows) return rows.error();
    std::int64_t last = -1;
    while (true) {
      const Result<bool> has_row = rows->step();
      if (!has_row) return has_row.error();
      if (!*has_row) break;
      const bool is_superseded = std::exchange(last, rows->integer(3)) == rows->integer(3);
      if (is_superseded || !has_ended(*rows, 4)) continue;
      const std::optional<WallTime> started = parse_wall_time(rows->bytes(1));
      ends.push_back({started ? *started + rows->duration(2) : WallTime::max(), rows->integer(0)});
    }
    Result<Statement> one = database_.prepare(select_jobs("WHERE job = ?"));
    if (!one) return one.error();
    page_.emplace(std::move(*one));
    return {};
  });
  if (!done) return done;
  std::ranges::sort(ends);
  by_completion_ = std::move(ends);
  return {};
}

Result<std::unique_ptr<JobRecord>> JournalReader::find(const std::string& name_or_index) {
  Result<std::unique_ptr<JobRecord>> found = find_by("name = ?", name_or_index, std::nullopt);
  if (!found || *found) return found;
  const Result<std::uint64_t> index = parse_whole_number(name_or_index);
  constexpr auto kLast = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!index || *index > kLast) return std::unique_ptr<JobRecord>();
  return find_by(std::string(key_name()) + " = ?", {}, *index);
}

Result<std::unique_ptr<JobRecord>> JournalReader::find_by(const std::string& condition,
                                                          std::string_view name,
                                                          std::optional<std::uint64_t> index) {
  std::unique_ptr<JobRecord> record;
  const Result<void> done = in_transaction([&]() -> Result<void> {
    Result<Statement> statement = database_.prepare(select_jobs(
        "WHERE place IS NOT NULL AND " + condition + " ORDER BY session DESC, place LIMIT 1"));
    if (!statement) return statement.error();
    index ? statement->put(*index) : statement->put_word(name);
    const Result<bool> has_row = statement->step();
    if (!has_row) return has_row.error();
    if (!*has_row) return {};
    if (!has_ended(*statement)) {
      const std::string label = index ? std::to_string(*index) : in_quotes(name);
      return usage_error("job " + label + " has not ended yet");
    }
    Result<std::unique_ptr<JobRecord>> read = records_->read(*statement);
    if (!read) return read.error();
    record = std::move(*read);
    return {};
  });
  if (!done) return done.error();
  return record;
}

}  // namespace fanout
