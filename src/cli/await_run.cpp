#include "cli/await_run.hpp"

#include <algorithm>
#include <chrono>
#include <memory>

#include "cli/run_state.hpp"
#include "os/event_loop.hpp"
#include "os/local_socket.hpp"
#include "store/control_message.hpp"

namespace fanout {
namespace {

constexpr Duration kPatience = std::chrono::seconds(10);  // until a runner answers
constexpr Duration kFirstPause = std::chrono::milliseconds(2);
constexpr Duration kLongestPause = std::chrono::milliseconds(200);

/// What is left of a time.
class Remaining {
 public:
  Remaining(const EventLoop& loop, std::optional<Duration> limit) : loop_(loop) {
    // A limit of centuries must not overflow.
    if (limit && *limit < Instant::max() - loop.now()) end_ = loop.now() + *limit;
  }
  /// Empty: for ever.
  std::optional<Duration> time() const {
    if (!end_) return std::nullopt;
    return std::max(*end_ - loop_.now(), Duration::zero());
  }
  bool is_over() const { return end_ && loop_.now() >= *end_; }
  Instant at_most(Duration pause) const {
    const Instant then = loop_.now() + pause;
    return end_ ? std::min(then, *end_) : then;
  }

 private:
  const EventLoop& loop_;
  std::optional<Instant> end_;
};

/// Waits until the runner closes the connection. False when it is not there to be asked, or has no
/// room for one more that waits.
bool await_runner(const RunDirectory& run, const Remaining& remaining) {
  const auto patience = [&] { return std::min(remaining.time().value_or(kPatience), kPatience); };
  auto connection = LocalConnection::open(run.socket(), patience());
  if (!connection || !connection->has_value()) return false;
  const ControlRequest request{ControlRequest::Wish::wait, false};
  const Result<std::string> line = (*connection)->ask(line_of(request), patience());
  if (!line) return false;
  const Result<ControlAnswer> answer = parse_answer(*line);
  if (!answer || !answer->is_obeyed) return false;
  (*connection)->await_end(remaining.time());
  return true;
}

}  // namespace

// The lock says whether the runner lives; the socket only says when it is worth to look again. It
// is there a little later than the lock and goes a little earlier.
Result<bool> await_end(const RunDirectory& run, std::optional<Duration> limit) {
  const auto loop = EventLoop::open();
  if (!loop) return loop.error();
  const Remaining remaining(**loop, limit);
  Duration pause = kFirstPause;
  while (true) {
    const Result<bool> alive = has_runner(run);
    if (!alive) return alive.error();
    if (!*alive) return true;
    if (remaining.is_over()) return false;
    if (await_runner(run, remaining)) {
      pause = kFirstPause;
    } else {
      pause = std::min(pause * 2, kLongestPause);
    }
    (*loop)->run_until(remaining.at_most(pause));
  }
}

}  // namespace fanout
