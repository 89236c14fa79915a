#include "fanout/base/number.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "base/decimal.hpp"
#include "fanout/base/text.hpp"

namespace fanout {
namespace {

/// How many bytes one of the unit stands for; 0 for no unit of ours.
std::uint64_t unit_factor(std::string_view unit) {
  if (unit.ends_with("iB")) {
    unit.remove_suffix(2);
    if (unit.empty()) return 0;
  } else if (unit.ends_with('B')) {
    unit.remove_suffix(1);
  }
  if (unit.empty()) return 1;
  if (unit.size() != 1) return 0;
  switch (unit.front()) {
    case 'K':
    case 'k': return std::uint64_t{1} << 10;
    case 'M': return std::uint64_t{1} << 20;
    case 'G': return std::uint64_t{1} << 30;
    case 'T': return std::uint64_t{1} << 40;
    default: return 0;
  }
}

}  // namespace

Result<std::uint64_t> parse_whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem == std::errc::result_out_of_range)
    return usage_error(in_quotes(text) + " is too large");
  if (text.starts_with('-')) {
    return usage_error(in_quotes(text) + " is negative; expected a whole number, 0 or more");
  }
  if (problem != std::errc() || end != text.data() + text.size()) {
    return usage_error(in_quotes(text) + " is not a whole number");
  }
  return number;
}

Result<std::uint64_t> parse_size(std::string_view text) {
  const Error not_a_size = usage_error(
      in_quotes(text) + " is not a size; expected a number of bytes such as 512, 64K, 1.5M or 2G");
  std::string_view unit = text;
  const std::optional<Decimal> number = take_decimal(unit);
  const std::uint64_t factor = unit_factor(unit);
  if (!number || factor == 0) return not_a_size;

  constexpr std::uint64_t kTooLarge = std::numeric_limits<std::int64_t>::max();
  if (number->whole >= kTooLarge / factor) {
    return usage_error(in_quotes(text) + " is too large for a size");
  }
  const double fraction = number->fraction * static_cast<double>(factor);
  if (fraction != std::floor(fraction))
    return usage_error(in_quotes(text) + " is not a whole number of bytes");
  return number->whole * factor + static_cast<std::uint64_t>(fraction);
}

}  // namespace fanout
