// Identifiers, each a type of its own so that none is ever taken for another.
#pragma once

#include <compare>
#include <cstdint>

namespace fanout {

/// A job's place in the input, from 0.
struct JobIndex {
  std::uint64_t value = 0;
  auto operator<=>(const JobIndex&) const = default;
};

/// A worker slot, from 1. At most max_workers of them are taken at once, lowest first.
struct SlotNumber {
  std::uint32_t value = 1;
  auto operator<=>(const SlotNumber&) const = default;
};

/// One try at one job in one slot. `number` counts a job's attempts from 1.
struct AttemptId {
  JobIndex job;
  std::uint32_t number = 1;
  SlotNumber slot;
  auto operator<=>(const AttemptId&) const = default;
};

}  // namespace fanout
