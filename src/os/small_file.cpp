#include "os/small_file.hpp"

#include <unistd.h>

#include <cerrno>

#include "os/fd.hpp"

namespace fanout {

Result<std::string> read_small_file(const std::string& path) {
  constexpr std::size_t kMost = 64 * 1024;
  const OrFailure<Fd> opened = open_for_reading(path);
  if (const auto* failure = std::get_if<SystemFailure>(&opened)) {
    return Error{ErrorKind::system, failure->message()};
  }
  std::string text;
  char chunk[4096];
  while (text.size() <= kMost) {
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

}  // namespace fanout
