// The address of a socket in the file system, whatever the length of its path: by way of its
// directory, which stays open meanwhile.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <string>

#include "os/fd.hpp"

namespace fanout {

class LocalAddress {
 public:
  static Result<LocalAddress> of(const std::string& path);

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
  socklen_t size() const { return sizeof address_; }
  /// The directory, and the name in it.
  int directory() const { return directory_.get(); }
  const std::string& name() const { return name_; }

 private:
  Fd directory_;
  std::string name_;
  sockaddr_un address_{};
};

/// Whether who is at the other end runs, or ran when it began to listen, as our user.
bool is_of_our_user(int socket);

}  // namespace fanout
