// A decimal number as people write it: `12`, `1.5`. Exact where a double is not.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace fanout {

struct Decimal {
  std::uint64_t whole = 0;  ///< the largest number for everything above it
  double fraction = 0;      ///< 0 or more, below 1 or, rounded, 1
};

/// Takes a number that begins with a digit off the front of `text`. No sign, no exponent, no
/// infinity; the locale plays no part.
std::optional<Decimal> take_decimal(std::string_view& text);

}  // namespace fanout
