// A socket in the file system for the processes of one user: a line comes, a line goes. Whoever is
// there may be hostile or asleep, and holds nobody up.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "fanout/base/time.hpp"
#include "os/event_loop.hpp"
#include "os/fd.hpp"

namespace fanout {

/// The longest message, with its newline.
inline constexpr std::size_t kLongestMessage = 4096;

class LocalServer {
 public:
  struct Answer {
    std::string line;    ///< without its newline
    bool stays = false;  ///< the connection stays open until this server is gone
  };
  struct Callbacks {
    /// A whole message, without its newline, of a process of our user. It may be any bytes.
    std::function<Answer(std::string_view message)> on_message;
    /// What is answered to one that is no message, or for which there is no room; a clause.
    std::function<std::string(std::string_view why)> refusal;
  };
  struct Limits {
    Duration patience = std::chrono::seconds(5);  ///< until a message must be complete
    std::size_t talking = 16;                     ///< connections without an answer yet
    std::size_t staying = 64;
  };

  /// Only its owner may connect. The path may be longer than an address (unix(7)); what is there is
  /// replaced. The loop must outlive this, and the callbacks must not destroy it.
  static Result<std::unique_ptr<LocalServer>> open(EventLoop& loop, const std::string& path,
                                                   Callbacks callbacks, Limits limits);
  /// Withdraws, and ends all connections.
  ~LocalServer();

  /// Removes the socket: nobody else can connect. Those who stay are not told yet.
  void withdraw();

 private:
  struct State;
  explicit LocalServer(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

/// One message to the server and what comes of it, waiting no longer than it must.
class LocalConnection {
 public:
  /// Empty when nobody listens there. The server must be a process of our user.
  static Result<std::optional<LocalConnection>> open(const std::string& path, Duration limit);

  /// The answer, without its newline. The error is of kind system.
  Result<std::string> ask(std::string_view message, Duration limit);

  /// Waits until the other end is closed; false when the time is up. No time: for ever.
  bool await_end(std::optional<Duration> limit);

 private:
  LocalConnection(Fd socket, std::string path)
      : socket_(std::move(socket)), path_(std::move(path)) {}

  Fd socket_;
  std::string path_;
};

}  // namespace fanout
