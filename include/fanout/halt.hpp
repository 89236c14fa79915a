// When a run is to end before all of its jobs have been run: --halt.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fanout/base/result.hpp"

namespace fanout {

/// After so many jobs, or after so many percent of all jobs, that ended like this.
struct Halt {
  enum class When {
    never,
    soon,  ///< nothing more starts, what runs may finish
    now,   ///< what runs is ended too
  };
  enum class Why { fail, success, done };
  enum class Unit { jobs, percent };

  When when = When::never;
  Why why = Why::fail;
  Unit unit = Unit::jobs;
  std::uint32_t amount = 1;

  bool operator==(const Halt&) const = default;
};

/// Reads `never`, `now,fail=1`, `soon,done=30%` and so on, and GNU parallel's short forms `0`, `1`,
/// `2`, `-1`, `-2` and `N%`.
Result<Halt> parse_halt(std::string_view text);

/// The long form that parse_halt reads back.
std::string format_halt(const Halt& halt);

}  // namespace fanout
