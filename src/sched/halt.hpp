// Whether a run has come to what --halt names. Decides from counts.
#pragma once

#include <cstdint>
#include <optional>

#include "fanout/event.hpp"
#include "fanout/halt.hpp"

namespace fanout {

/// How many of the jobs that have finished count.
constexpr std::uint64_t counted(const Halt& halt, std::uint64_t succeeded, std::uint64_t failed) {
  switch (halt.why) {
    case Halt::Why::fail: return failed;
    case Halt::Why::success: return succeeded;
    case Halt::Why::done: return succeeded + failed;
  }
  return 0;
}

/// `all` is empty as long as nobody knows how many jobs there will be: a share of them is not
/// reached then.
inline bool is_reached(const Halt& halt, const Summary& so_far, std::optional<std::uint64_t> all) {
  if (halt.when == Halt::When::never) return false;
  const std::uint64_t count = counted(halt, so_far.succeeded, so_far.failed);
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
