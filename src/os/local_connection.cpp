#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "os/local_address.hpp"
#include "os/local_socket.hpp"

namespace fanout {
namespace {

using Clock = std::chrono::steady_clock;

/// Waits until there is something to read, or the end. False: the time is up.
bool await_input(int fd, std::optional<Clock::time_point> deadline) {
  while (true) {
    int wait = -1;
    if (deadline) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now());
      if (left.count() < 0) return false;
      constexpr std::int64_t kMost = std::numeric_limits<int>::max();
      wait = static_cast<int>(std::min<std::int64_t>(left.count(), kMost));
    }
    pollfd entry{fd, POLLIN, 0};
    const int count = ::poll(&entry, 1, wait);
    if (count > 0) return true;
    if (count == 0 && wait == 0) return false;
  }
}

/// How long connect(2) waits for a server whose queue is full, and send(2).
void limit_waiting(int socket, Duration limit) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(limit);
  const auto rest = std::chrono::floor<std::chrono::microseconds>(limit - whole);
  const timeval time{whole.count(), std::max<suseconds_t>(rest.count(), 1)};
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

}  // namespace

Result<std::optional<LocalConnection>> LocalConnection::open(const std::string& path,
                                                             Duration limit) {
  const Result<LocalAddress> address = LocalAddress::of(path);
  if (!address) return address.error();
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return system_error("socket", "", errno);
  limit_waiting(socket.get(), limit);
  while (::connect(socket.get(), address->get(), address->size()) != 0) {
    if (errno == EINTR) continue;
    if (errno == ECONNREFUSED || errno == ENOENT) return std::optional<LocalConnection>();
    return system_error("connect", path, errno == EAGAIN ? ETIMEDOUT : errno);
  }
  if (!is_of_our_user(socket.get())) return system_error("connect", path, EPERM);
  return std::optional(LocalConnection(std::move(socket), path));
}

Result<std::string> LocalConnection::ask(std::string_view message, Duration limit) {
  const Clock::time_point deadline = Clock::now() + limit;
  const std::string line = std::string(message) + "\n";
  limit_waiting(socket_.get(), limit);
  const ssize_t sent = ::send(socket_.get(), line.data(), line.size(), MSG_NOSIGNAL);
  // A server that has no room answers at once, and hears nothing.
  if (sent < 0 && errno != EPIPE) return system_error("write", path_, errno);
  std::string answer;
  while (answer.size() < kLongestMessage) {
    if (!await_input(socket_.get(), deadline)) return system_error("read", path_, ETIMEDOUT);
    char chunk[kLongestMessage];
    const ssize_t count = ::recv(socket_.get(), chunk, sizeof chunk, MSG_DONTWAIT);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) return system_error("read", path_, errno);
    if (count == 0) return system_error("read", path_, ECONNRESET);
    answer.append(chunk, static_cast<std::size_t>(count));
    if (const std::size_t end = answer.find('\n'); end != answer.npos) return answer.substr(0, end);
  }
  return system_error("read", path_, EMSGSIZE);
}

bool LocalConnection::await_end(std::optional<Duration> limit) {
  std::optional<Clock::time_point> deadline;
  if (limit) deadline = Clock::now() + *limit;
  while (await_input(socket_.get(), deadline)) {
    char chunk[kLongestMessage];
    const ssize_t count = ::recv(socket_.get(), chunk, sizeof chunk, MSG_DONTWAIT);
    if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN)) return true;
  }
  return false;
}

}  // namespace fanout
