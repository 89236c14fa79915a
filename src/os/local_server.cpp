#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>

#include "os/local_address.hpp"
#include "os/local_socket.hpp"
#include "os/shared_watch.hpp"
#include "os/timer.hpp"

namespace fanout {
namespace {

constexpr int kBacklog = 64;
// Those who connect again and again must leave time for the run.
constexpr int kMostAtOnce = 16;
constexpr int kMostEvents = 128;
// Descriptors may be short for a while.
constexpr Duration kPause = std::chrono::milliseconds(100);

struct Connection {
  Fd socket;
  Instant deadline;
  std::string message;  // what has come of it
  bool stays = false;
};

Result<Fd> listen_at(const LocalAddress& address, const std::string& path) {
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open()) return system_error("socket", "", errno);
  ::unlinkat(address.directory(), address.name().c_str(), 0);
  // Before, so that it never belongs to more (the mode of a socket is that of its file), and after,
  // because the umask may have taken too much.
  ::fchmod(socket.get(), 0600);
  if (::bind(socket.get(), address.get(), address.size()) != 0) {
    return system_error("bind", path, errno);
  }
  if (::fchmodat(address.directory(), address.name().c_str(), 0600, 0) != 0) {
    return system_error("chmod", path, errno);
  }
  if (::listen(socket.get(), kBacklog) != 0) return system_error("listen", path, errno);
  return socket;
}

}  // namespace

/// The listener and all connections are in one epoll, so that the loop has one descriptor of ours
/// from beginning to end.
struct LocalServer::State {
  State(EventLoop& event_loop, LocalAddress where, Callbacks to, Limits limited)
      : loop(event_loop),
        address(std::move(where)),
        callbacks(std::move(to)),
        limits(limited),
        timer(event_loop, [this] { on_time(); }) {}
  ~State() { withdraw(); }

  void withdraw() {
    // Once only: by that name another server may listen soon.
    if (listener.is_open()) ::unlinkat(address.directory(), address.name().c_str(), 0);
    listener.close();
  }

  Result<void> open(const std::string& path);
  void add(int fd) const;
  void on_event();
  void accept_some();
  void accept_one(Fd socket);
  void send_oldest_away();
  void read_from(Connection& connection);
  void take(Connection& connection);
  void answer(const Connection& connection, std::string line) const;
  void close(int fd) { connections.erase(fd); }
  std::size_t count(bool staying) const;
  void on_time();
  void set_timer();

  EventLoop& loop;
  LocalAddress address;
  Callbacks callbacks;
  Limits limits;
  Fd listener;
  Fd epoll;
  std::map<int, Connection> connections;  // by descriptor
  std::optional<Instant> paused_until;    // nobody is accepted before
  Timer timer;
  std::unique_ptr<SharedWatch> watch;
};

Result<void> LocalServer::State::open(const std::string& path) {
  Result<Fd> listening = listen_at(address, path);
  if (!listening) return std::move(listening).error();
  listener = *std::move(listening);
  epoll = Fd(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.is_open()) return system_error("epoll_create", "", errno);
  add(listener.get());
  auto opened = SharedWatch::open(loop, epoll.get(), path, [this] { on_event(); });
  if (!opened) return std::move(opened).error();
  watch = *std::move(opened);
  watch->await(EPOLLIN);
  return {};
}

void LocalServer::State::add(int fd) const {
  epoll_event readable{};
  readable.events = EPOLLIN;
  readable.data.fd = fd;
  ::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &readable);
}

void LocalServer::State::on_event() {
  epoll_event events[kMostEvents];
  const int count = ::epoll_wait(epoll.get(), events, kMostEvents, 0);
  bool has_callers = false;
  for (int i = 0; i < count; ++i) {
    const int fd = events[i].data.fd;
    has_callers = has_callers || fd == listener.get();
    if (const auto found = connections.find(fd); found != connections.end()) {
      read_from(found->second);
    }
  }
  if (has_callers) accept_some();  // last: who has gone leaves room
  set_timer();
  watch->await(EPOLLIN);
}

void LocalServer::State::accept_some() {
  for (int i = 0; i < kMostAtOnce; ++i) {
    Fd socket(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (socket.is_open()) {
      accept_one(std::move(socket));
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      ::epoll_ctl(epoll.get(), EPOLL_CTL_DEL, listener.get(), nullptr);
      paused_until = loop.now() + kPause;
      return;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      return;
    }
  }
}

void LocalServer::State::accept_one(Fd socket) {
  Connection connection{std::move(socket), loop.now() + limits.patience, {}, false};
  if (!is_of_our_user(connection.socket.get())) return;
  if (count(false) >= limits.talking) send_oldest_away();
  const int fd = connection.socket.get();
  add(fd);
  connections.insert_or_assign(fd, std::move(connection));
}

// Not the one who comes: it may be the only one who has something to say.
void LocalServer::State::send_oldest_away() {
  auto oldest = connections.end();
  for (auto at = connections.begin(); at != connections.end(); ++at) {
    if (at->second.stays) continue;
    if (oldest == connections.end() || at->second.deadline < oldest->second.deadline) oldest = at;
  }
  if (oldest == connections.end()) return;
  answer(oldest->second, callbacks.refusal("too many talk at once"));
  connections.erase(oldest);
}

void LocalServer::State::read_from(Connection& connection) {
  const int fd = connection.socket.get();
  char chunk[kLongestMessage + 1];
  const ssize_t count = ::recv(fd, chunk, sizeof chunk, 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  // Its end, or more than was asked for: what is not whole is not obeyed.
  if (count <= 0 || connection.stays) return close(fd);
  connection.message.append(chunk, static_cast<std::size_t>(count));
  if (connection.message.find('\n') != std::string::npos) return take(connection);
  if (connection.message.size() < kLongestMessage) return;
  answer(connection, callbacks.refusal("the message is too long"));
  close(fd);
}

void LocalServer::State::take(Connection& connection) {
  const int fd = connection.socket.get();
  const std::size_t end = connection.message.find('\n');
  const bool is_one = end + 1 == connection.message.size() && end < kLongestMessage;
  Answer given{is_one ? "" : callbacks.refusal("more than one message"), false};
  if (is_one) given = callbacks.on_message(std::string_view(connection.message).substr(0, end));
  if (given.stays && count(true) >= limits.staying) {
    given = {callbacks.refusal("too many wait already"), false};
  }
  answer(connection, std::move(given.line));
  if (!given.stays) return close(fd);
  connection.stays = true;
  connection.message = {};
}

// A short line fits into a socket that nothing was written to before.
void LocalServer::State::answer(const Connection& connection, std::string line) const {
  line += '\n';
  static_cast<void>(
      ::send(connection.socket.get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
}

std::size_t LocalServer::State::count(bool staying) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      connections, [staying](const auto& entry) { return entry.second.stays == staying; }));
}

void LocalServer::State::on_time() {
  const Instant now = loop.now();
  if (paused_until && *paused_until <= now) {
    paused_until.reset();
    if (listener.is_open()) add(listener.get());
  }
  for (const auto& [fd, connection] : connections) {
    if (connection.stays || connection.deadline > now) continue;
    answer(connection, callbacks.refusal("the message did not come to its end in time"));
  }
  std::erase_if(connections, [now](const auto& entry) {
    return !entry.second.stays && entry.second.deadline <= now;
  });
  set_timer();
}

void LocalServer::State::set_timer() {
  std::optional<Instant> next = paused_until;
  for (const auto& [fd, connection] : connections) {
    if (!connection.stays) next = std::min(next.value_or(connection.deadline), connection.deadline);
  }
  if (next) timer.set(*next);
}

LocalServer::LocalServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

LocalServer::~LocalServer() = default;

void LocalServer::withdraw() {
  state_->withdraw();
}

Result<std::unique_ptr<LocalServer>> LocalServer::open(EventLoop& loop, const std::string& path,
                                                       Callbacks callbacks, Limits limits) {
  Result<LocalAddress> address = LocalAddress::of(path);
  if (!address) return std::move(address).error();
  auto state = std::make_unique<State>(loop, *std::move(address), std::move(callbacks), limits);
  if (Result<void> opened = state->open(path); !opened) return std::move(opened).error();
  return std::unique_ptr<LocalServer>(new LocalServer(std::move(state)));
}

}  // namespace fanout
