#include "store/journal_schema.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "fanout/base/text.hpp"

namespace fanout {
namespace {

// SQLite keeps the comments: `.schema` of sqlite3(1) shows them.
constexpr const char* kTables = R"sql(
CREATE TABLE sessions (            -- one row for each start of fanout on this journal
  session INTEGER PRIMARY KEY,     -- from 1
  started_at TEXT NOT NULL,        -- UTC
  updated_at TEXT NOT NULL,        -- when this row was written last
  finished_at TEXT,                -- null: it runs, or died
  command_line TEXT NOT NULL,      -- of fanout, JSON array
  directory TEXT NOT NULL,         -- in which it was started
  settings TEXT NOT NULL,          -- JSON object
  is_named INTEGER NOT NULL,       -- 1: the manifest names its jobs
  output TEXT NOT NULL,            -- form of the results, as of --output
  pid INTEGER NOT NULL,
  known_jobs INTEGER,              -- how many there will be; null: not known
  jobs INTEGER NOT NULL DEFAULT 0, -- how many have been read; of these:
  running INTEGER NOT NULL DEFAULT 0,
  succeeded INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  aborted INTEGER NOT NULL DEFAULT 0,
  flaky INTEGER NOT NULL DEFAULT 0,  -- of those that succeeded, not at once
  reused INTEGER NOT NULL DEFAULT 0, -- of all, as an earlier session had recorded them
  workers_requested INTEGER,       -- null: as many as there are jobs
  workers INTEGER,
  workers_limited_by TEXT,         -- what the system said when it allowed no more
  ended_by TEXT,                   -- what ended it before its end
  exit_code INTEGER,
  seconds REAL,
  user_seconds REAL,
  system_seconds REAL
);
CREATE TABLE jobs (
  job INTEGER PRIMARY KEY,
  place INTEGER,          -- index in the input of the newest session; null: it is not there any more
  session INTEGER NOT NULL,   -- the last one that read it from its input
  ran_in INTEGER NOT NULL,    -- the one in which it became what it is: of its attempts and outputs
  key BLOB NOT NULL,      -- what it is recognised by: 128 bits made of all its content
  name TEXT,
  command TEXT NOT NULL,  -- as run, JSON array
  args TEXT NOT NULL,     -- JSON array
  kwargs TEXT NOT NULL,   -- JSON object
  status TEXT NOT NULL,   -- running, succeeded, failed, aborted or interrupted
  error_kind TEXT,
  error_message TEXT,
  exit_code INTEGER,
  signal TEXT,
  core_dumped INTEGER,
  errno INTEGER,
  time_limit REAL,        -- in seconds
  prerequisite TEXT,      -- the job that did not succeed
  attempts INTEGER NOT NULL,  -- how many have ended
  started_at TEXT,        -- the last attempt; null: never
  value TEXT,             -- JSON
  stdin_bytes INTEGER,
  stdin_untaken_bytes INTEGER,
  resources TEXT          -- JSON object
);
CREATE TABLE attempts (
  job INTEGER NOT NULL,
  session INTEGER NOT NULL,
  attempt INTEGER NOT NULL,  -- from 1
  slot INTEGER NOT NULL,
  status TEXT NOT NULL,      -- succeeded, failed or aborted
  error_kind TEXT,
  error_message TEXT,
  exit_code INTEGER,
  signal TEXT,
  core_dumped INTEGER,
  errno INTEGER,
  time_limit REAL,
  started_at TEXT NOT NULL,
  seconds REAL NOT NULL,
  user_seconds REAL NOT NULL,
  system_seconds REAL NOT NULL,
  max_rss_kib INTEGER,
  leaked INTEGER NOT NULL,   -- 1: others that came of it went on
  PRIMARY KEY (job, session, attempt)
) WITHOUT ROWID;
CREATE TABLE outputs (       -- no row where nothing was written
  job INTEGER NOT NULL,
  session INTEGER NOT NULL,
  stream TEXT NOT NULL,      -- stdout or stderr; value: one that is too large for jobs.value
  bytes INTEGER NOT NULL,    -- all that was written; more than that of data or file: only so much was kept
  text_from INTEGER,         -- where its text begins; null: it is not UTF-8
  data TEXT,                 -- a BLOB when it is no text; null: it is in a file, or nothing was kept
  file TEXT,                 -- below JOURNAL.outputs/
  failure TEXT,              -- why not all of it was kept
  PRIMARY KEY (job, session, stream)
) WITHOUT ROWID;
CREATE VIEW results AS       -- a row for each job of the newest input
SELECT j.place AS "index", j.name, j.status, j.exit_code, j.signal, j.error_kind, j.error_message,
  CASE WHEN j.attempts > 0 AND o.job IS NULL THEN '' ELSE o.data END AS stdout,
  CASE WHEN j.attempts > 0 AND e.job IS NULL THEN '' ELSE e.data END AS stderr,
  j.value, j.command, j.args, j.kwargs, j.attempts, j.started_at, a.seconds, a.user_seconds,
  a.system_seconds, a.max_rss_kib, a.slot, o.bytes AS stdout_bytes, o.file AS stdout_file,
  e.bytes AS stderr_bytes, e.file AS stderr_file
FROM jobs AS j
LEFT JOIN attempts AS a ON a.job = j.job AND a.session = j.ran_in AND a.attempt = j.attempts
LEFT JOIN outputs AS o ON o.job = j.job AND o.session = j.ran_in AND o.stream = 'stdout'
LEFT JOIN outputs AS e ON e.job = j.job AND e.session = j.ran_in AND e.stream = 'stderr'
WHERE j.place IS NOT NULL;
)sql";

constexpr const char* kIndices = R"sql(
CREATE INDEX IF NOT EXISTS jobs_by_key ON jobs (key, status, session);
CREATE INDEX IF NOT EXISTS jobs_by_place ON jobs (place, session);
)sql";

Error refusal(const std::string& message) {
  return usage_error(message);
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 20 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string outputs_directory(const std::string& journal) {
  std::error_code error;
  if (!std::filesystem::is_symlink(journal, error)) return journal + ".outputs";
  const std::filesystem::path file = std::filesystem::canonical(journal, error);
  return (error ? journal : file.string()) + ".outputs";
}

bool is_output_file(std::string_view file) {
  const std::size_t first = file.find('/');
  const std::size_t second = first == file.npos ? file.npos : file.find('/', first + 1);
  if (second == file.npos) return false;
  const std::string_view stream = file.substr(second + 1);
  return is_number(file.substr(0, first)) &&
         is_number(file.substr(first + 1, second - first - 1)) &&
         (stream == "stdout" || stream == "stderr" || stream == "value");
}

Result<void> make_tables(Database& database) {
  const std::string marks = "PRAGMA application_id = " + std::to_string(kJournalApplication) +
                            "; PRAGMA user_version = " + std::to_string(kJournalFormat) + ";";
  Result<void> made = database.run("BEGIN IMMEDIATE;" + marks + kTables + "COMMIT;");
  // Nothing can be said of a rollback that fails: it is over, or is when the file is closed.
  if (!made && database.is_in_transaction()) (void)database.run("ROLLBACK");
  return made;
}

Result<void> make_indices(Database& database) {
  return database.run(kIndices);
}

Result<void> check_journal(const std::string& path, Database& database) {
  const Result<std::int64_t> application = database.number("PRAGMA application_id");
  if (!application) return reading_failed(path, database, application.error());
  if (*application != kJournalApplication) {
    return refusal(in_quotes(path) + " is a database, but no journal of fanout");
  }
  const Result<std::int64_t> format = database.number("PRAGMA user_version");
  if (!format) return reading_failed(path, database, format.error());
  if (*format == kJournalFormat) return {};
  return refusal("journal " + in_quotes(path) + " has format " + std::to_string(*format) +
                 ", and this fanout reads " + std::to_string(kJournalFormat));
}

Result<Database> open_journal(const std::string& path, Database::Access access) {
  Result<Database> database = Database::open(path, access);
  if (!database) {
    return Error{ErrorKind::usage, "cannot open the journal: " + database.error().message};
  }
  if (Result<void> checked = check_journal(path, *database); !checked) return checked.error();
  return database;
}

Result<bool> is_blank(Database& database) {
  const Result<std::int64_t> tables = database.number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  return *tables == 0;
}

Error reading_failed(const std::string& path, const Database& database, const Error& why) {
  switch (database.trouble()) {
    case Database::Trouble::foreign: return refusal(in_quotes(path) + " is no journal of fanout");
    case Database::Trouble::damaged: return damage(path, why.message);
    case Database::Trouble::none:
    case Database::Trouble::other: break;
  }
  return {ErrorKind::system, "cannot read the journal " + in_quotes(path) + ": " + why.message};
}

Error damage(const std::string& path, const std::string& what) {
  return {ErrorKind::system, "journal " + in_quotes(path) + " is damaged (" + sanitize(what) +
                                 "); the command .recover of sqlite3 saves what is left"};
}

}  // namespace fanout
