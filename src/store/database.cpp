#include "store/database.hpp"

#include <sqlite3.h>

#include "store/sqlite_error.hpp"

namespace fanout {
namespace {

// How long others may lock what we want: somebody with sqlite3(1), for example.
constexpr int kPatienceMilliseconds = 5000;

/// Of a file that cannot be opened errno says more than SQLite does.
Error open_failure(sqlite3* database, const std::string& path) {
  if (database == nullptr) return {ErrorKind::system, sqlite3_errstr(SQLITE_NOMEM)};
  const int error_number = sqlite3_system_errno(database);
  if (error_number != 0) return system_error("open", path, error_number);
  return {ErrorKind::system, sqlite3_errmsg(database)};
}

/// SQLite has its own ideas about names such as ":memory:" and "file:x".
std::string as_plain_file(const std::string& path) {
  return path.starts_with('/') ? path : "./" + path;
}

}  // namespace

void Database::Closer::operator()(sqlite3* database) const {
  // What it could not bring into the main file stays in the file beside it.
  sqlite3_close_v2(database);
}

Result<Database> Database::open(const std::string& path, Access access) {
  const int flags = access == Access::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(as_plain_file(path).c_str(), &opened, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(opened);
  if (code != SQLITE_OK) return open_failure(opened, path);
  sqlite3_extended_result_codes(opened, 1);
  sqlite3_busy_timeout(opened, kPatienceMilliseconds);
  // Whoever made the file shall not make us run anything.
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  return database;
}

Error Database::failure() const {
  return sqlite_error(database_.get());
}

Result<void> Database::run(const std::string& sql) {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return failure();
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return failure();
  return Statement(statement);
}

Result<void> Database::prepare(Statement& into, std::string_view sql) {
  Result<Statement> prepared = prepare(sql);
  if (!prepared) return prepared.error();
  into = *std::move(prepared);
  return {};
}

Result<std::int64_t> Database::number(std::string_view sql) {
  Result<Statement> statement = prepare(sql);
  if (!statement) return statement.error();
  const Result<bool> has_row = statement->step();
  if (!has_row) return has_row.error();
  if (!*has_row) return Error{ErrorKind::system, "a row is missing"};
  return statement->integer(0);
}

Result<std::string> Database::text(std::string_view sql) {
  Result<Statement> statement = prepare(sql);
  if (!statement) return statement.error();
  const Result<bool> has_row = statement->step();
  if (!has_row) return has_row.error();
  if (!*has_row) return Error{ErrorKind::system, "a row is missing"};
  return statement->word(0);
}

Database::Trouble Database::trouble() const {
  switch (sqlite3_errcode(database_.get()) & 0xFF) {
    case SQLITE_OK: return Trouble::none;
    case SQLITE_NOTADB: return Trouble::foreign;
    case SQLITE_CORRUPT: return Trouble::damaged;
    default: return Trouble::other;
  }
}

bool Database::has_moved() const {
  int has_moved = 0;
  sqlite3_file_control(database_.get(), nullptr, SQLITE_FCNTL_HAS_MOVED, &has_moved);
  return has_moved != 0;
}

bool Database::is_in_transaction() const {
  return sqlite3_get_autocommit(database_.get()) == 0;
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(database_.get());
}

}  // namespace fanout
