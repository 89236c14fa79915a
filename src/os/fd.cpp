#include "os/fd.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace fanout {

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    close();
    number_ = other.release();
  }
  return *this;
}

void Fd::close() {
  // On Linux the descriptor is gone whatever close returns; a second try could hit another one.
  if (is_open()) ::close(release());
}

OrFailure<Pipe> open_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return SystemFailure{"pipe", "", errno};
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

OrFailure<Fd> open_for_reading(const std::string& path) {
  struct stat named {};
  if (::lstat(path.c_str(), &named) == 0 && S_ISFIFO(named.st_mode)) {
    return SystemFailure{"open", path, EOPNOTSUPP};
  }
  Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) return SystemFailure{"open", path, errno};
  struct stat status {};
  if (::fstat(file.get(), &status) == 0 && S_ISDIR(status.st_mode)) {
    return SystemFailure{"open", path, EISDIR};
  }
  // O_NONBLOCK was for the open only: whoever reads expects a descriptor that waits.
  if (::fcntl(file.get(), F_SETFL, 0) != 0) return SystemFailure{"open", path, errno};
  return file;
}

OrFailure<Fd> open_for_writing(const std::string& path) {
  constexpr mode_t kAsUmaskSays = 0666;
  Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, kAsUmaskSays));
  if (!file.is_open()) return SystemFailure{"open", path, errno};
  return file;
}

OrFailure<Fd> memory_file(std::string_view bytes) {
  Fd file(::memfd_create("fanout-stdin", MFD_CLOEXEC));
  if (!file.is_open()) return SystemFailure{"memfd_create", "", errno};
  if (const int error_number = write_all(file.get(), bytes); error_number != 0) {
    return SystemFailure{"write", "standard input of the job", error_number};
  }
  if (::lseek(file.get(), 0, SEEK_SET) != 0) return SystemFailure{"lseek", "", errno};
  return file;
}

int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      pollfd writable{fd, POLLOUT, 0};
      ::poll(&writable, 1, -1);  // EINTR only means that we try the write a little early
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace fanout
