#include "fanout/base/number.hpp"

#include <charconv>
#include <cmath>
#include <limits>

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
  if (text.empty() || text.front() < '0' || text.front() > '9') return not_a_size;

  const std::size_t digits = text.find_first_not_of("0123456789.");
  const std::string_view number = text.substr(0, digits);
  const std::string_view unit = digits == text.npos ? std::string_view() : text.substr(digits);
  const std::uint64_t factor = unit_factor(unit);
  if (factor == 0) return not_a_size;

  double amount = 0;
  const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), amount,
                                              std::chars_format::fixed);
  if (problem != std::errc() || end != number.data() + number.size()) return not_a_size;
  const double bytes = amount * static_cast<double>(factor);
  if (bytes >= static_cast<double>(std::numeric_limits<std::int64_t>::max())) {
    return usage_error(in_quotes(text) + " is too large for a size");
  }
  if (bytes != std::floor(bytes))
    return usage_error(in_quotes(text) + " is not a whole number of bytes");
  return static_cast<std::uint64_t>(bytes);
}

}  // namespace fanout
