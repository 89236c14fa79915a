#include "store/statement.hpp"

#include <sqlite3.h>

#include <cmath>
#include <cstring>

#include "fanout/base/text.hpp"
#include "store/sqlite_error.hpp"

namespace fanout {

void Statement::Finalizer::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);  // its code is that of the last step, which was told
}

void Statement::note(int code) {
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
}

void Statement::put(std::int64_t number) {
  note(sqlite3_bind_int64(statement_.get(), next_++, number));
}

void Statement::put(double number) {
  note(sqlite3_bind_double(statement_.get(), next_++, number));
}

void Statement::put(Duration duration) {
  put(std::chrono::duration<double>(duration).count());
}

void Statement::put_null() {
  note(sqlite3_bind_null(statement_.get(), next_++));
}

void Statement::put_text(std::string_view utf8) {
  // No data() would be a null.
  const char* data = utf8.data() == nullptr ? "" : utf8.data();
  note(sqlite3_bind_text64(statement_.get(), next_++, data, utf8.size(), SQLITE_STATIC,
                           SQLITE_UTF8));
}

void Statement::put_blob(std::string_view bytes) {
  const char* data = bytes.data() == nullptr ? "" : bytes.data();
  note(sqlite3_bind_blob64(statement_.get(), next_++, data, bytes.size(), SQLITE_STATIC));
}

void Statement::put_word(std::string_view bytes) {
  const bool has_nul = bytes.find('\0') != bytes.npos;  // SQL takes it for the end of a text
  has_nul || !is_utf8(bytes) ? put_blob(bytes) : put_text(bytes);
}

Result<bool> Statement::step() {
  if (bind_code_ != SQLITE_OK) {
    const int code = bind_code_;
    reset();
    return Error{ErrorKind::system, sqlite3_errstr(code)};
  }
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  const Error error = sqlite_error(sqlite3_db_handle(statement_.get()));
  reset();
  return error;
}

Result<void> Statement::run() {
  for (;;) {
    const Result<bool> has_row = step();
    if (!has_row) return has_row.error();
    if (*has_row) continue;
    reset();
    return {};
  }
}

void Statement::reset() {
  sqlite3_reset(statement_.get());  // its code is that of the last step, which was told
  sqlite3_clear_bindings(statement_.get());
  next_ = 1;
  bind_code_ = SQLITE_OK;
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double Statement::real(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}

Duration Statement::duration(int column) const {
  constexpr double kMost = 9e9;  // seconds that a Duration can hold
  const double seconds = real(column);
  if (!(std::abs(seconds) < kMost)) return Duration::max();
  // In two parts: a double has no room for the nanoseconds of many days.
  const double whole = std::floor(seconds);
  return std::chrono::seconds(std::llround(whole)) +
         Duration(std::llround((seconds - whole) * 1e9));
}

std::string_view Statement::bytes(int column) const {
  const int type = sqlite3_column_type(statement_.get(), column);
  if (type != SQLITE_TEXT && type != SQLITE_BLOB) return {};
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return data == nullptr ? std::string_view()
                         : std::string_view(data, static_cast<std::size_t>(size));
}

std::optional<std::uint64_t> Statement::count(int column) const {
  const std::int64_t number = integer(column);
  if (is_null(column) || number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(number);
}

}  // namespace fanout
