// How many may run at once: what the user wants, cut by what the system allows. It starts and ends
// nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "fanout/base/time.hpp"
#include "fanout/notice.hpp"

namespace fanout {

class WorkerCount {
 public:
  explicit WorkerCount(std::uint32_t wanted) : wanted_(wanted), limit_(wanted), most_(wanted) {}

  std::uint32_t limit() const { return limit_; }

  /// What the system had cut stays so until it grows again.
  void change(const WorkersChanged& change) {
    const bool is_cut = limit_ < wanted_;
    wanted_ = changed(change);
    limit_ = is_cut ? std::min(limit_, wanted_) : wanted_;
    most_ = std::max(most_, wanted_);
  }

  /// The system refused one more than so many. False when no more are wanted anyway.
  bool reduce(std::uint32_t running, Instant now) {
    if (running >= wanted_) return false;
    limit_ = running;
    least_ = std::min(least_.value_or(limit_), limit_);
    may_grow_at_ = now + kBetweenGrowths;
    return true;
  }

  /// What was missing may have come back: one more is tried, now and then.
  void grow(Instant now) {
    if (limit_ >= wanted_ || now < may_grow_at_) return;
    ++limit_;
    may_grow_at_ = now + kBetweenGrowths;
  }

  /// What is said of the whole run: the most that were wanted, or the least that were allowed.
  std::uint32_t summed_up() const { return least_.value_or(most_); }

 private:
  static constexpr std::uint32_t kUnlimited = std::numeric_limits<std::uint32_t>::max();
  static constexpr Duration kBetweenGrowths = std::chrono::milliseconds(250);

  std::uint32_t changed(const WorkersChanged& change) const {
    if (change.how == WorkersChanged::How::by && wanted_ == kUnlimited) return kUnlimited;
    const std::int64_t from = change.how == WorkersChanged::How::by ? wanted_ : 0;
    const std::int64_t most = kUnlimited;
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(from + change.amount, 1, most));
  }

  std::uint32_t wanted_;
  std::uint32_t limit_;
  std::uint32_t most_;
  std::optional<std::uint32_t> least_;  // only of what the system allowed
  Instant may_grow_at_{};
};

}  // namespace fanout
