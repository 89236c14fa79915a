// When each slot has to be looked at again. A number in a set, not an object that fires.
#pragma once

#include <optional>
#include <set>
#include <utility>

#include "fanout/base/time.hpp"
#include "fanout/ids.hpp"

namespace fanout {

class Timers {
 public:
  /// A slot has at most one time; a new one replaces it.
  void set(SlotNumber slot, std::optional<Instant>& current, std::optional<Instant> next) {
    if (current) due_.erase({*current, slot});
    if (next) due_.insert({*next, slot});
    current = next;
  }

  /// Everything comes so much later. The caller moves what its slots remember.
  void shift(Duration by) {
    std::set<std::pair<Instant, SlotNumber>> later;
    for (const auto& [at, slot] : due_) later.insert(later.end(), {at + by, slot});
    due_ = std::move(later);
  }

  std::optional<Instant> first() const {
    if (due_.empty()) return std::nullopt;
    return due_.begin()->first;
  }

  /// The slot whose time has come longest ago, if any has.
  std::optional<SlotNumber> due(Instant now) const {
    if (due_.empty() || due_.begin()->first > now) return std::nullopt;
    return due_.begin()->second;
  }

 private:
  std::set<std::pair<Instant, SlotNumber>> due_;
};

}  // namespace fanout
