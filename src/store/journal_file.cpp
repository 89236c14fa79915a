#include "store/journal_file.hpp"

#include "fanout/base/text.hpp"
#include "store/journal_schema.hpp"

namespace fanout {
namespace {

// Of 4 KiB: the file beside it is brought into the main one when it has so many, which waits for
// the disk.
constexpr const char* kPagesBetweenCheckpoints = "PRAGMA wal_autocheckpoint = 4000";

const char* synchronous(Durability durability) {
  switch (durability) {
    case Durability::off: return "PRAGMA synchronous = OFF";
    case Durability::normal: return "PRAGMA synchronous = NORMAL";
    case Durability::full: break;
  }
  return "PRAGMA synchronous = FULL";
}

/// From now on readers are in nobody's way. The file system may not be able to.
Result<void> use_log(Database& database) {
  const Result<std::string> mode = database.text("PRAGMA journal_mode = WAL");
  if (!mode) return mode.error();
  if (*mode == "wal") return database.run(kPagesBetweenCheckpoints);
  return Error{ErrorKind::system, "its file system cannot share memory between processes"};
}

Result<void> fill(const std::string& path, Database& database, Durability durability) {
  Result<void> done = database.run(synchronous(durability));
  // All tables at once, and before there is a log: whoever dies here leaves an empty file.
  if (done) done = make_tables(database);
  if (done) done = use_log(database);
  if (!done) return writing_failed(path, done.error());
  return {};
}

Result<void> check_content(const std::string& path, Database& database) {
  const Result<std::string> verdict = database.text("PRAGMA quick_check(1)");
  if (!verdict) return reading_failed(path, database, verdict.error());
  if (*verdict == "ok") return {};
  return damage(path, *verdict);
}

Result<void> make_ready(const std::string& path, Database& database, Durability durability) {
  Result<void> done = database.run(synchronous(durability));
  if (done) done = use_log(database);
  if (done) done = database.run("BEGIN IMMEDIATE");
  if (done) done = make_indices(database);
  if (done) {
    done = database.run("UPDATE jobs SET status = 'interrupted' WHERE status = 'running'; COMMIT");
  }
  if (!done) return writing_failed(path, done.error());
  return {};
}

Result<Database> open_file(const std::string& path) {
  Result<Database> database = Database::open(path, Database::Access::write);
  if (database) return database;
  return usage_error("cannot open the journal: " + database.error().message);
}

}  // namespace

Result<Database> make_journal(const std::string& path, Durability durability) {
  Result<Database> database = open_file(path);
  if (!database) return database;
  const Result<bool> is_empty = is_blank(*database);
  if (!is_empty && database->trouble() == Database::Trouble::other) {
    return reading_failed(path, *database, is_empty.error());
  }
  if (!is_empty || !*is_empty) {
    return usage_error(in_quotes(path) +
                       " is there already; --resume goes on with a journal, and a new one needs "
                       "another name");
  }
  if (Result<void> made = fill(path, *database, durability); !made) return made.error();
  return database;
}

Result<Database> reopen_journal(const std::string& path, Durability durability) {
  Result<Database> database = open_file(path);
  if (!database) return database;
  const Result<bool> is_empty = is_blank(*database);
  if (!is_empty) return reading_failed(path, *database, is_empty.error());
  Result<void> done;
  if (*is_empty) {
    done = fill(path, *database, durability);
  } else {
    done = check_journal(path, *database);
    if (done) done = check_content(path, *database);
  }
  if (done) done = make_ready(path, *database, durability);
  if (!done) return done.error();
  return database;
}

Error writing_failed(const std::string& path, const Error& why) {
  return {ErrorKind::output, "cannot write the journal " + in_quotes(path) + ": " + why.message};
}

}  // namespace fanout
