#include "fanout/base/time.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <optional>

#include "base/decimal.hpp"
#include "fanout/base/text.hpp"

namespace fanout {
namespace {

using namespace std::chrono_literals;

struct Unit {
  std::string_view name;
  Duration length;
};

// Largest first: the order in which they may be combined.
constexpr std::array<Unit, 6> kUnits{
    {{"d", 24h}, {"h", 1h}, {"m", 1min}, {"s", 1s}, {"ms", 1ms}, {"us", 1us}}};
constexpr Duration kLongest = 24h * 36525;

Error not_a_duration(std::string_view text) {
  return usage_error(
      in_quotes(text) +
      " is not a duration; expected seconds or units, such as 1.5, 250ms, 1m30s or 1h");
}

/// One `NUMBER[UNIT]` taken off the front of `rest`; false when there is none.
bool take_part(std::string_view& rest, Decimal& number, std::string_view& unit) {
  const std::optional<Decimal> taken = take_decimal(rest);
  if (!taken) return false;
  number = *taken;
  const std::size_t length = rest.find_first_of("0123456789.");
  unit = rest.substr(0, length);
  rest.remove_prefix(unit.size());
  return true;
}

const Unit* find_unit(std::string_view name) {
  for (const Unit& unit : kUnits) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

// By hand, because a record has eight times in it and printf would be a third of its cost.
void put_digits(std::string& text, std::size_t at, std::size_t count, std::uint64_t value) {
  for (std::size_t i = at + count; i-- > at; value /= 10) {
    text[i] = static_cast<char>('0' + value % 10);
  }
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  if (text.starts_with('-')) {
    return usage_error(in_quotes(text) + " is negative; expected a duration, 0 or more");
  }
  std::string_view rest = text;
  const Unit* previous = nullptr;
  Duration total{};
  do {
    Decimal number;
    std::string_view name;
    if (!take_part(rest, number, name)) return not_a_duration(text);
    if (name.empty() && previous != nullptr) return not_a_duration(text);
    const Unit* unit = find_unit(name.empty() ? "s" : name);
    if (unit == nullptr || (previous != nullptr && unit <= previous)) return not_a_duration(text);
    previous = unit;
    const double fraction = number.fraction * static_cast<double>(unit->length.count());
    if (number.whole == 0 && fraction != 0 && fraction < 1)
      return usage_error(in_quotes(text) + " is less than a nanosecond; 0 is none");
    const bool is_long = number.whole > static_cast<std::uint64_t>(kLongest / unit->length);
    if (!is_long) {
      total += static_cast<std::int64_t>(number.whole) * unit->length;
      total += Duration(std::llround(fraction));
    }
    if (is_long || total > kLongest)
      return usage_error(in_quotes(text) + " is longer than 100 years; 0 is none");
  } while (!rest.empty());
  return total;
}

std::string format_duration(Duration duration) {
  if (duration == Duration::zero()) return "0s";
  std::string text;
  for (const Unit& unit : kUnits) {
    const auto whole = duration / unit.length;
    if (whole == 0) continue;
    text += std::to_string(whole) + std::string(unit.name);
    duration -= whole * unit.length;
  }
  if (duration == Duration::zero()) return text;
  char fraction[32];  // nanoseconds have no unit of their own in what people write
  std::snprintf(fraction, sizeof fraction, "0.%03dus", static_cast<int>(duration.count()));
  return text.empty() ? fraction : text;
}

std::string format_seconds(Duration duration) {
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  std::string text = std::to_string(microseconds / 1000000) + ".000000";
  put_digits(text, text.size() - 6, 6, static_cast<std::uint64_t>(microseconds % 1000000));
  const std::size_t last = text.find_last_not_of('0');
  text.resize(last + (text[last] == '.' ? 2 : 1));
  return text;
}

std::string format_wall_time(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::microseconds>(time - day));
  std::string text = "0000-00-00T00:00:00.000000Z";
  const auto put = [&](std::size_t at, std::size_t count, auto value) {
    put_digits(text, at, count, static_cast<std::uint64_t>(value));
  };
  put(0, 4, static_cast<int>(date.year()));
  put(5, 2, static_cast<unsigned>(date.month()));
  put(8, 2, static_cast<unsigned>(date.day()));
  put(11, 2, clock.hours().count());
  put(14, 2, clock.minutes().count());
  put(17, 2, clock.seconds().count());
  put(20, 6, clock.subseconds().count());
  return text;
}

std::optional<WallTime> parse_wall_time(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00.000000Z";
  if (text.size() != kForm.size()) return std::nullopt;
  for (std::size_t at = 0; at < kForm.size(); ++at) {
    const bool is_digit = text[at] >= '0' && text[at] <= '9';
    if (kForm[at] == '0' ? !is_digit : text[at] != kForm[at]) return std::nullopt;
  }
  const auto number = [&](std::size_t at, std::size_t count) {
    int value = 0;
    for (const char c : text.substr(at, count)) value = value * 10 + (c - '0');
    return value;
  };
  const auto part = [&](std::size_t at) { return static_cast<unsigned>(number(at, 2)); };
  const std::chrono::year_month_day date(std::chrono::year(number(0, 4)),
                                         std::chrono::month(part(5)), std::chrono::day(part(8)));
  constexpr int kFirstYear = 1970;  // a WallTime holds some centuries
  constexpr int kLastYear = 2200;
  const bool is_time = part(11) < 24 && part(14) < 60 && part(17) < 60;
  const bool is_near = number(0, 4) >= kFirstYear && number(0, 4) <= kLastYear;
  if (!is_time || !is_near || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(part(11)) +
         std::chrono::minutes(part(14)) + std::chrono::seconds(part(17)) +
         std::chrono::microseconds(number(20, 6));
}

}  // namespace fanout
