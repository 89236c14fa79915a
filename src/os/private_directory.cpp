#include "os/private_directory.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace fanout {

Result<bool> make_private_directory(const std::string& path) {
  constexpr mode_t kOnlyOwner = 0700;
  if (::mkdir(path.c_str(), kOnlyOwner) == 0) return true;
  if (errno == EEXIST) return false;
  return system_error("mkdir", path, errno);
}

Result<void> make_private_directories(const std::string& path) {
  struct stat status {};
  for (std::size_t end = path.find_first_not_of('/'); end != path.npos;) {
    end = path.find('/', end);
    const std::string part = path.substr(0, end);
    // Those that are there need not be ours, nor on a file system that can be written.
    if (::stat(part.c_str(), &status) != 0) {
      if (Result<bool> made = make_private_directory(part); !made) return made.error();
    } else if (!S_ISDIR(status.st_mode)) {
      return system_error("mkdir", part, ENOTDIR);
    }
    if (end != path.npos) end = path.find_first_not_of('/', end);
  }
  return {};
}

Result<std::optional<std::uint32_t>> owner_of_directory(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::optional<std::uint32_t>();
    return system_error("stat", path, errno);
  }
  if (!S_ISDIR(status.st_mode)) return std::optional<std::uint32_t>();
  return std::optional<std::uint32_t>(status.st_uid);
}

std::uint32_t own_user() {
  return ::geteuid();
}

}  // namespace fanout
