// What holds starts back beside the number of workers: a rate, and how busy the machine is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fanout/base/result.hpp"
#include "fanout/base/time.hpp"

namespace fanout {

/// So many starts, at most, in any window of this length.
struct StartRate {
  std::uint32_t starts = 1;
  Duration window{};
};

/// Reads `10/s`, `100/m`, `10/250ms`.
Result<StartRate> parse_start_rate(std::string_view text);

/// A text that parse_start_rate reads back: `10/1s`.
std::string format_start_rate(const StartRate& rate);

/// A load average, or a percentage of the processors.
struct LoadLimit {
  enum class Unit { load, processors };
  Unit unit = Unit::load;
  double amount = 0;

  double resolve(std::uint32_t processors) const;
};

/// Reads `4`, `2.5`, `80%`.
Result<LoadLimit> parse_load_limit(std::string_view text);

}  // namespace fanout
