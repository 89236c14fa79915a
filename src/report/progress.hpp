// How far a run has come, and how fast: counted from its events. Knows no clock and draws nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>

#include "fanout/base/time.hpp"
#include "fanout/event.hpp"

namespace fanout {

/// What can be said at one moment.
struct ProgressView {
  std::uint64_t done = 0;
  std::uint64_t failed = 0;
  std::uint64_t aborted = 0;
  std::uint64_t running = 0;
  std::optional<std::uint64_t> total;
  Duration elapsed{};
  std::optional<double> rate;         ///< jobs a second
  std::optional<Duration> remaining;  ///< when it goes on like this
};

class Progress {
 public:
  using Total = std::function<std::optional<std::uint64_t>()>;

  explicit Progress(Total total) : total_(std::move(total)) {}

  void on(const Event& event);

  /// The rate is what it was of late: a look now and then keeps it up to date.
  ProgressView look(Instant now);

  /// Nothing could happen for so long: fanout was stopped.
  void skip(Duration stopped_for);

 private:
  void update_rate(Instant now);

  Total total_;
  Instant start_{};
  std::uint64_t succeeded_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t aborted_ = 0;
  std::set<JobIndex> running_;
  // Jobs and the seconds in which they were done, both fading with their age.
  double recent_jobs_ = 0;
  double recent_seconds_ = 0;
  Instant looked_{};
  std::uint64_t seen_ = 0;
};

}  // namespace fanout
