#include "os/local_address.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace fanout {

Result<LocalAddress> LocalAddress::of(const std::string& path) {
  LocalAddress address;
  const std::size_t slash = path.rfind('/');
  const std::string directory = slash == path.npos ? "." : path.substr(0, slash + 1);
  address.name_ = path.substr(slash + 1);
  address.directory_ = Fd(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!address.directory_.is_open()) return system_error("open", directory, errno);
  const std::string shown =
      "/proc/self/fd/" + std::to_string(address.directory_.get()) + "/" + address.name_;
  if (address.name_.empty() || shown.size() >= sizeof address.address_.sun_path) {
    return system_error("connect", path, ENAMETOOLONG);
  }
  address.address_.sun_family = AF_UNIX;
  std::memcpy(address.address_.sun_path, shown.c_str(), shown.size() + 1);
  return address;
}

bool is_of_our_user(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
         peer.uid == ::geteuid();
}

}  // namespace fanout
