#include "fanout/process_terms.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "fanout/base/number.hpp"
#include "fanout/base/text.hpp"
#include "fanout/base/time.hpp"

namespace fanout {
namespace {

enum class Unit { seconds, bytes, number };

// In the order of ProcessLimit.
constexpr std::array<std::string_view, kProcessLimits> kNames = {
    "cpu", "memory", "data", "stack", "file_size", "files", "processes", "core", "locked"};
constexpr std::array<Unit, kProcessLimits> kUnits = {Unit::seconds, Unit::bytes, Unit::bytes,
                                                     Unit::bytes,   Unit::bytes, Unit::number,
                                                     Unit::number,  Unit::bytes, Unit::bytes};

/// Whole seconds, rounded up: the kernel knows no other.
Result<std::uint64_t> parse_seconds(std::string_view text) {
  const Result<Duration> time = parse_duration(text);
  if (!time) return time.error();
  if (*time == Duration::zero()) {
    return usage_error(in_quotes(text) + " is no time at all; expected more, or unlimited");
  }
  return static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::seconds>(*time).count());
}

Result<std::uint64_t> parse_limit(Unit unit, std::string_view text) {
  if (text == "unlimited") return kNoLimit;
  switch (unit) {
    case Unit::seconds: return parse_seconds(text);
    case Unit::bytes: return parse_size(text);
    case Unit::number: return parse_whole_number(text);
  }
  return kNoLimit;
}

Result<void> set_limit(ProcessTerms& terms, std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == text.npos) {
    return usage_error(in_quotes(text) + " is not NAME=VALUE, such as memory=1G");
  }
  const std::string_view name = text.substr(0, equals);
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) {
    return usage_error(in_quotes(name) + " is no limit; there are " + one_of(kNames) +
                       did_you_mean(name, kNames));
  }
  const auto place = static_cast<std::size_t>(found - kNames.begin());
  const Result<std::uint64_t> value = parse_limit(kUnits[place], text.substr(equals + 1));
  if (!value) return usage_error(std::string(name) + ": " + value.error().message);
  terms.limits[place] = *value;
  return {};
}

}  // namespace

bool ProcessTerms::says_nothing() const {
  return *this == ProcessTerms();
}

ProcessTerms merged(const ProcessTerms& common, const ProcessTerms& own) {
  ProcessTerms both = common;
  if (own.nice) both.nice = own.nice;
  for (std::size_t i = 0; i < kProcessLimits; ++i) {
    if (own.limits[i]) both.limits[i] = own.limits[i];
  }
  return both;
}

Result<void> set_limits(ProcessTerms& terms, std::string_view text) {
  if (text.empty()) return {};
  for (;;) {
    const std::size_t comma = text.find(',');
    if (Result<void> done = set_limit(terms, text.substr(0, comma)); !done) return done;
    if (comma == text.npos) return {};
    text.remove_prefix(comma + 1);
  }
}

Result<void> set_nice(ProcessTerms& terms, std::string_view text) {
  int number = 0;
  const char* const last = text.data() + text.size();
  const auto [end, problem] = std::from_chars(text.data(), last, number);
  if (problem != std::errc() || end != last || number < -20 || number > 19) {
    return usage_error(in_quotes(text) + " is not a whole number from -20 to 19");
  }
  terms.nice = number;
  return {};
}

std::span<const std::string_view, kProcessLimits> limit_names() {
  return kNames;
}

}  // namespace fanout
