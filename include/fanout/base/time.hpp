// Instants and durations. An Instant is monotonic; wall-clock time exists only in reports.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "fanout/base/result.hpp"

namespace fanout {

using Duration = std::chrono::nanoseconds;
using Instant = std::chrono::time_point<std::chrono::steady_clock, Duration>;
using WallTime = std::chrono::time_point<std::chrono::system_clock, Duration>;

/// Reads `1.5` (seconds), `250ms`, `1m30s`, `1h`, `2d`; units us, ms, s, m, h, d, largest first.
/// Negative, infinite and NaN durations, those above 100 years, and those that are not 0 but
/// below 1ns are refused by name. The locale plays no part.
Result<Duration> parse_duration(std::string_view text);

/// A text that parse_duration reads back as the same value, to the microsecond: `1m30s`, `250ms`.
std::string format_duration(Duration duration);

/// Seconds with as many decimals as a report needs (microseconds): `1.5`, `0.000213`.
std::string format_seconds(Duration duration);

/// RFC 3339 in UTC with microseconds: `2026-01-31T12:00:00.000250Z`.
std::string format_wall_time(WallTime time);

/// Reads back what format_wall_time wrote, and nothing else.
std::optional<WallTime> parse_wall_time(std::string_view text);

}  // namespace fanout
