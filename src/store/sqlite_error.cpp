#include "store/sqlite_error.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <system_error>

namespace fanout {
namespace {

/// The reasons that somebody can do something about. Of others, errno may be that of another call.
bool is_telling(int error_number) {
  constexpr std::array<int, 8> kTelling = {ENOSPC, EDQUOT, EFBIG,  EROFS,
                                           EACCES, EPERM,  EMFILE, ENFILE};
  return std::ranges::find(kTelling, error_number) != kTelling.end();
}

}  // namespace

Error sqlite_error(sqlite3* database) {
  std::string message = sqlite3_errmsg(database);
  const int code = sqlite3_extended_errcode(database);
  const int primary = code & 0xFF;
  const int error_number = sqlite3_system_errno(database);
  if ((primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN) && is_telling(error_number)) {
    message += ": " + std::generic_category().message(error_number);
  }
  if (code == SQLITE_READONLY_DIRECTORY || code == SQLITE_READONLY_CANTINIT ||
      code == SQLITE_READONLY_RECOVERY) {
    message += "; SQLite needs files beside it, and cannot make them in its directory";
  }
  return {ErrorKind::system, message};
}

}  // namespace fanout
