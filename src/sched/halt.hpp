// Whether a run has come to what --halt names. Decides from counts.
#pragma once

#include <cstdint>
#include <optional>

#include "fanout/event.hpp"
#include "fanout/halt.hpp"

namespace fanout {

/// How many jobs have ended like this.
struct EndCounts {
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
};

/// How many of them count.
constexpr std::uint64_t counted(const Halt& halt, const EndCounts& ended) {
  switch (halt.why) {
    case Halt::Why::fail: return ended.failed;
    case Halt::Why::success: return ended.succeeded;
    case Halt::Why::done: return ended.succeeded + ended.failed;
  }
  return 0;
}

/// `all` is empty as long as nobody knows how many jobs there will be: a share of them is not
/// reached then.
constexpr bool is_reached(const Halt& halt, const EndCounts& ended,
                          std::optional<std::uint64_t> all) {
  if (halt.when == Halt::When::never) return false;
  const std::uint64_t count = counted(halt, ended);
  if (halt.unit == Halt::Unit::jobs) return count >= halt.amount;
  return all && count > 0 && count * 100 >= *all * halt.amount;
}

constexpr bool needs_total(const Halt& halt) {
  return halt.when != Halt::When::never && halt.unit == Halt::Unit::percent;
}

constexpr RunCancelling::Reason reason_of(const Halt& halt) {
  switch (halt.why) {
    case Halt::Why::fail: return RunCancelling::Reason::failure;
    case Halt::Why::success: return RunCancelling::Reason::success;
    case Halt::Why::done: return RunCancelling::Reason::done;
  }
  return RunCancelling::Reason::failure;
}

constexpr RunCancelling::How how_of(const Halt& halt) {
  return halt.when == Halt::When::now ? RunCancelling::How::kill : RunCancelling::How::drain;
}

}  // namespace fanout
