// The worker slots and what runs in each. The lowest free one is always taken next.
#pragma once

#include <cstdint>
#include <deque>
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

/// A job on its way: its record as far as it has come. It stays in one place from the first
/// start to the end, for it is large, and the executor knows where it is.
using Job = std::unique_ptr<JobRecord>;

/// One attempt that has been started and has not ended.
struct Running {
  enum class Stop { none, timeout, killed, deadline };

  Job job;  ///< null in a free slot
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
  Running& take(Job job);
  Job give_back(SlotNumber slot);

  /// What runs there, or nullptr.
  Running* at(SlotNumber slot);
  /// What runs there, if it is still that attempt; stale news gets nullptr.
  Running* find(const AttemptId& id);

  template <typename Visit>
  void for_each(Visit visit) {
    for (Running& running : slots_) {
      if (running.job != nullptr) visit(running);
    }
  }

 private:
  std::uint32_t limit_;
  std::size_t running_ = 0;
  std::deque<Running> slots_;  // what is in it never moves
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> free_;
};

}  // namespace fanout
