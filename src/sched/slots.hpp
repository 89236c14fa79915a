// The worker slots and what runs in each. The lowest free one is always taken next.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <vector>

#include "fanout/action.hpp"
#include "fanout/ids.hpp"
#include "fanout/notice.hpp"
#include "fanout/record.hpp"

namespace fanout {

/// A job on its way: what was asked for, and the attempts it has behind it.
struct Pending {
  JobSpec spec;
  std::vector<AttemptRecord> attempts;
  AttemptEnded last;  ///< of the last attempt, its output; empty before the first has ended
};

/// One attempt that has been started and has not ended.
struct Running {
  enum class Stop { none, timeout, killed, deadline };

  Pending job;
  AttemptId id;
  Instant started{};
  std::optional<Instant> timer;  ///< when to ask it to end, or, once asked, when to kill it
  Stop stop = Stop::none;        ///< why it was asked to end
  bool is_asked = false;         ///< the request has gone out
  bool has_exited = false;       ///< its own process, while others that came of it go on
  bool has_leaked = false;       ///< they did so for too long
};

class Slots {
 public:
  explicit Slots(std::uint32_t limit) : limit_(limit) {}

  bool has_free() const { return running_ < limit_; }
  std::uint32_t limit() const { return limit_; }
  void set_limit(std::uint32_t limit) { limit_ = limit; }
  std::size_t running() const { return running_; }

  /// The reference stays good until the slot is given back. Precondition: has_free().
  Running& take();
  void give_back(SlotNumber slot);

  /// What runs there, or nullptr.
  Running* at(SlotNumber slot);
  /// What runs there, if it is still that attempt; stale news gets nullptr.
  Running* find(const AttemptId& id);

  template <typename Visit>
  void for_each(Visit visit) {
    for (auto& running : slots_) {
      if (running != nullptr) visit(*running);
    }
  }

 private:
  std::uint32_t limit_;
  std::size_t running_ = 0;
  std::vector<std::unique_ptr<Running>> slots_;
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> free_;
};

}  // namespace fanout
