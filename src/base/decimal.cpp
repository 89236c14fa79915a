#include "base/decimal.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace fanout {
namespace {

std::string_view take_digits(std::string_view& text) {
  const std::size_t size = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view digits = text.substr(0, size);
  text.remove_prefix(size);
  return digits;
}

}  // namespace

std::optional<Decimal> take_decimal(std::string_view& text) {
  Decimal number;
  const std::string_view whole = take_digits(text);
  if (whole.empty()) return std::nullopt;
  const auto read = std::from_chars(whole.data(), whole.data() + whole.size(), number.whole);
  if (read.ec != std::errc()) number.whole = std::numeric_limits<std::uint64_t>::max();
  if (!text.starts_with('.')) return number;
  const char* const point = text.data();
  text.remove_prefix(1);
  // A double, not a long double: that one libstdc++ reads beyond the end of `inf` and `nan`.
  if (const std::string_view digits = take_digits(text); !digits.empty()) {
    std::from_chars(point, digits.data() + digits.size(), number.fraction,
                    std::chars_format::fixed);
    const bool is_nothing = digits.find_first_not_of('0') == digits.npos;
    // Too small for a double is not yet nothing.
    if (number.fraction == 0 && !is_nothing) number.fraction = std::numeric_limits<double>::min();
  }
  return number;
}

}  // namespace fanout
