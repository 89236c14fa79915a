#include "os/file_lock.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <cerrno>

namespace fanout {
namespace {

// SQLite's own locks are at 2^30.
constexpr off_t kPlace = off_t{1} << 62;

constexpr int kTries = 100;
constexpr int kPause = 10;  // milliseconds

struct flock lock_of(short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = kPlace;
  lock.l_len = 1;
  return lock;
}

// O_NONBLOCK, because a FIFO would make us wait; for a regular file it means nothing.
Result<Fd> open_file(const std::string& path, int flags) {
  Fd file(::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600));
  if (!file.is_open()) {
    Error error = system_error("open", path, errno);
    if (errno == ENOENT || errno == ENOTDIR || errno == EISDIR) error.kind = ErrorKind::usage;
    return error;
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return system_error("fstat", path, errno);
  if (!S_ISREG(status.st_mode)) return usage_error("\"" + path + "\" is not a regular file");
  return file;
}

}  // namespace

Result<std::optional<FileLock>> FileLock::take(const std::string& path, Missing missing) {
  Result<Fd> file = open_file(path, O_RDWR | (missing == Missing::make ? O_CREAT : 0));
  if (!file) return std::move(file).error();
  for (int tries = 0; tries < kTries; ++tries) {
    if (tries > 0) ::poll(nullptr, 0, kPause);
    struct flock lock = lock_of(F_WRLCK);
    const bool is_taken = ::fcntl(file->get(), F_OFD_SETLK, &lock) == 0;
    if (is_taken) return std::optional(FileLock(*std::move(file)));
    if (errno != EAGAIN && errno != EACCES) return system_error("lock", path, errno);
  }
  return std::optional<FileLock>();
}

Result<bool> is_locked(const std::string& path) {
  const Result<Fd> file = open_file(path, O_RDONLY);
  if (!file) return file.error();
  struct flock lock = lock_of(F_WRLCK);
  if (::fcntl(file->get(), F_OFD_GETLK, &lock) != 0) return system_error("lock", path, errno);
  return lock.l_type != F_UNLCK;
}

}  // namespace fanout
