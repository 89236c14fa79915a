#include "fanout/throttle.hpp"

#include <charconv>
#include <limits>
#include <optional>

#include "fanout/base/number.hpp"
#include "fanout/base/text.hpp"

namespace fanout {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Digits, perhaps with a point between them; the locale plays no part.
std::optional<double> parse_decimal(std::string_view text) {
  if (text.empty() || !is_digit(text.front()) || !is_digit(text.back())) return std::nullopt;
  double number = 0;
  const char* const last = text.data() + text.size();
  const auto [end, problem] = std::from_chars(text.data(), last, number, std::chars_format::fixed);
  if (problem != std::errc() || end != last) return std::nullopt;
  return number;
}

}  // namespace

Result<StartRate> parse_start_rate(std::string_view text) {
  const Error not_a_rate =
      usage_error(in_quotes(text) + " is not a rate; expected N/UNIT such as 10/s or 100/5m");
  const std::size_t slash = text.find('/');
  if (slash == text.npos || slash + 1 == text.size()) return not_a_rate;
  const Result<std::uint64_t> starts = parse_whole_number(text.substr(0, slash));
  // A unit alone is one of it.
  std::string window(text.substr(slash + 1));
  if (window.front() >= 'a' && window.front() <= 'z') window.insert(0, 1, '1');
  const Result<Duration> length = parse_duration(window);
  if (!starts || !length) return not_a_rate;
  if (*starts > std::numeric_limits<std::uint32_t>::max()) {
    return usage_error(in_quotes(text) + " is too large");
  }
  if (*starts == 0) return usage_error(in_quotes(text) + " would let nothing start");
  if (*length == Duration::zero()) {
    return usage_error(in_quotes(text) + " has no length of time after the slash");
  }
  return StartRate{static_cast<std::uint32_t>(*starts), *length};
}

std::string format_start_rate(const StartRate& rate) {
  return std::to_string(rate.starts) + '/' + format_duration(rate.window);
}

double LoadLimit::resolve(std::uint32_t processors) const {
  return unit == Unit::load ? amount : amount * processors / 100;
}

Result<LoadLimit> parse_load_limit(std::string_view text) {
  LoadLimit limit;
  std::string_view number = text;
  if (number.ends_with('%')) {
    limit.unit = LoadLimit::Unit::processors;
    number.remove_suffix(1);
  }
  const std::optional<double> amount = parse_decimal(number);
  if (!amount) {
    return usage_error(in_quotes(text) + " is not a load; expected N or N% of the processors");
  }
  if (*amount == 0) {
    return usage_error(in_quotes(text) + " is below every load; -j 0 runs one job at a time");
  }
  limit.amount = *amount;
  return limit;
}

}  // namespace fanout
