#include "os/small_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "os/fd.hpp"

namespace fanout {

Result<std::string> read_small_file(const std::string& path, std::size_t most) {
  const OrFailure<Fd> opened = open_for_reading(path);
  if (const auto* failure = std::get_if<SystemFailure>(&opened)) {
    return Error{ErrorKind::system, failure->message()};
  }
  std::string text;
  char chunk[4096];
  while (text.size() <= most) {
    const ssize_t count = ::read(std::get<Fd>(opened).get(), chunk, sizeof chunk);
    if (count == 0) return text;
    if (count > 0) {
      text.append(chunk, static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      return system_error("read", path, errno);
    }
  }
  return system_error("read", path, EFBIG);
}

Result<void> write_new_file(const std::string& path, std::string_view text) {
  const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.is_open()) return system_error("open", path, errno);
  if (const int error_number = write_all(file.get(), text); error_number != 0) {
    return system_error("write", path, error_number);
  }
  if (::fdatasync(file.get()) != 0) return system_error("fdatasync", path, errno);
  return {};
}

}  // namespace fanout
