// A lock that says that somebody who uses a file lives: on one byte far behind the end of any
// content. It is gone with its holder however that ends, and closing the file elsewhere in the
// process does not drop it.
#pragma once

#include <optional>
#include <string>

#include "os/fd.hpp"

namespace fanout {

/// Opening and closing the file drops what POSIX locks this process has on it (fcntl(2)), and
/// SQLite has some while a database is open: lock before it is opened, let go after it was closed,
/// and ask is_locked() only of files that this process has not open.
class FileLock {
 public:
  enum class Missing {
    make,    ///< an empty file, for its owner only
    refuse,  ///< an error
  };

  /// Empty when somebody else holds it, in this process or another, and still does after a second:
  /// of one that was killed, a child that was just forked may hold it for a moment. Only a regular
  /// file can be locked; the error is of kind usage where the path names none.
  static Result<std::optional<FileLock>> take(const std::string& path, Missing missing);

  /// The file that is locked, borrowed.
  int descriptor() const { return file_.get(); }

 private:
  explicit FileLock(Fd file) : file_(std::move(file)) {}

  Fd file_;
};

/// Whether somebody holds the lock. Does not take it, and needs no more than to read the file.
Result<bool> is_locked(const std::string& path);

}  // namespace fanout
