// Durations, sizes and whole numbers: refused by name or read as what they say, and back again.
#include <chrono>
#include <cmath>

#include "fanout/base/number.hpp"
#include "fanout/base/time.hpp"
#include "fanout/settings.hpp"
#include "fuzz/fuzz_input.hpp"

namespace fanout::fuzz {
namespace {

using namespace std::chrono_literals;

constexpr Duration kLongest = 24h * 36525;

void check(const Error& error, std::string_view text) {
  must(error.kind == ErrorKind::usage, "a bad value is the user's mistake", {text});
  must(sanitize(error.message) == error.message, "an error is safe to show", {error.message});
  must(error.message.find(in_quotes(text)) != std::string::npos, "an error names the value",
       {error.message, text});
}

void check_round_trip(Duration duration) {
  const std::string text = format_duration(duration);
  const Result<Duration> again = parse_duration(text);
  must(static_cast<bool>(again), "what we write can be read", {text});
  must(std::chrono::abs(*again - duration) <= 1us, "and is the same",
       {text, format_duration(*again)});
}

void check_duration(std::string_view text) {
  const Result<Duration> duration = parse_duration(text);
  if (!duration) return check(duration.error(), text);
  must(*duration >= 0ns && *duration <= kLongest, "a duration is in its range", {text});
  must(!text.empty() && text.front() >= '0' && text.front() <= '9', "it begins with a digit",
       {text});
  check_round_trip(*duration);
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

/// The number that a few digits are; nothing when they are no number or may be too many.
std::optional<std::uint64_t> small_number(std::string_view text) {
  constexpr std::size_t kFew = 18;
  if (!is_digits(text) || text.size() > kFew) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text) number = number * 10 + static_cast<std::uint64_t>(c - '0');
  return number;
}

void check_whole_number(std::string_view text) {
  const Result<std::uint64_t> number = parse_whole_number(text);
  if (!number) {
    check(number.error(), text);
    must(!small_number(text), "digits are a number", {text});
    return;
  }
  must(is_digits(text), "only digits are a whole number", {text});
  must(small_number(text).value_or(*number) == *number, "digits are their number", {text});
}

void check_size(std::string_view text) {
  const Result<std::uint64_t> size = parse_size(text);
  if (!size) {
    check(size.error(), text);
    must(!small_number(text), "digits are a size", {text});
    return;
  }
  must(*size <= std::uint64_t{1} << 63U, "a size is in its range", {text});
  if (const auto number = small_number(text)) must(*size == *number, "bytes are exact", {text});
  if (const auto kib = small_number(text.substr(0, text.size() - 1)); kib && text.back() == 'K') {
    must(*size == *kib * 1024, "K is 1024", {text});
  }
}

void check_settings(std::string_view text) {
  for (const std::string_view name : setting_names()) {
    Settings settings;
    const Result<void> applied = apply_setting(settings, name, text);
    if (applied) continue;
    must(sanitize(applied.error().message) == applied.error().message, "an error is safe", {text});
  }
}

}  // namespace
}  // namespace fanout::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fanout::fuzz;
  const std::string_view text = Input(data, size).rest();
  check_duration(text);
  check_whole_number(text);
  check_size(text);
  check_settings(text);
  std::uint64_t bits = 0;
  for (const char c : text.substr(0, sizeof bits)) bits = bits << 8 | static_cast<unsigned char>(c);
  check_round_trip(fanout::Duration(bits % static_cast<std::uint64_t>(kLongest.count())));
  return 0;
}
