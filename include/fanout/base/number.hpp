// Whole numbers and sizes as people write them. The locale plays no part.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fanout/base/result.hpp"

namespace fanout {

/// Decimal digits only; a sign, a fraction or too large a number is refused by name.
Result<std::uint64_t> parse_whole_number(std::string_view text);

/// Reads a number of bytes: `512`, `64K`, `1.5M`, `2G`, `1T`; K is 1024, a `B` or `iB` may follow.
Result<std::uint64_t> parse_size(std::string_view text);

}  // namespace fanout
