#include "report/progress_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "report/color.hpp"

namespace fanout {
namespace {

/// `0:07`, `12:30`, `1:00:00`, `2d 03:00:00`.
std::string clock_time(Duration duration) {
  const auto all = std::chrono::floor<std::chrono::seconds>(std::max(duration, Duration::zero()));
  const std::int64_t seconds = all.count();
  std::array<char, 48> text{};
  const auto part = [](std::int64_t value) { return static_cast<long long>(value); };
  if (seconds < 3600) {
    std::snprintf(text.data(), text.size(), "%lld:%02lld", part(seconds / 60), part(seconds % 60));
  } else if (seconds < 86400) {
    std::snprintf(text.data(), text.size(), "%lld:%02lld:%02lld", part(seconds / 3600),
                  part(seconds / 60 % 60), part(seconds % 60));
  } else {
    std::snprintf(text.data(), text.size(), "%lldd %02lld:%02lld:%02lld", part(seconds / 86400),
                  part(seconds / 3600 % 24), part(seconds / 60 % 60), part(seconds % 60));
  }
  return text.data();
}

std::string with_unit(double rate, char unit) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), rate < 9.95 ? "%.1f/%c" : "%.0f/%c", rate, unit);
  return text.data();
}

std::uint64_t percent(const ProgressView& view) {
  return *view.total == 0 ? 100 : std::min<std::uint64_t>(100, view.done * 100 / *view.total);
}

std::string counts(const ProgressView& view) {
  const std::string of = view.total ? std::to_string(*view.total) : "?";
  return std::to_string(view.done) + "/" + of;
}

/// Who asked to see the text, in the order in which it is shown; the rank says who goes last.
struct Part {
  int rank;
  std::string text;
  bool is_red = false;
};

std::vector<Part> parts_of(const ProgressView& view) {
  std::vector<Part> parts;
  parts.push_back({0, counts(view)});
  if (view.total) parts.push_back({3, std::to_string(percent(view)) + "%"});
  if (view.failed > 0) parts.push_back({1, std::to_string(view.failed) + " failed", true});
  if (view.aborted > 0) parts.push_back({6, std::to_string(view.aborted) + " aborted"});
  parts.push_back({4, std::to_string(view.running) + " running"});
  if (view.rate) parts.push_back({7, rate_text(*view.rate)});
  parts.push_back({5, clock_time(view.elapsed)});
  if (view.remaining) parts.push_back({2, clock_time(*view.remaining) + " left"});
  return parts;
}

constexpr std::size_t kGap = 2;

std::size_t width_of(const std::vector<Part>& parts) {
  std::size_t width = 0;
  for (const Part& part : parts) width += part.text.size() + (width > 0 ? kGap : 0);
  return width;
}

std::string bar(const ProgressView& view, std::size_t columns) {
  const std::size_t inside = columns - 2;
  const std::size_t full = inside * percent(view) / 100;
  return "[" + std::string(full, '#') + std::string(inside - full, '.') + "]";
}

}  // namespace

std::string rate_text(double rate) {
  constexpr double kMinute = 60;
  constexpr double kHour = 3600;
  if (rate >= 1) return with_unit(rate, 's');
  return rate * kMinute >= 1 ? with_unit(rate * kMinute, 'm') : with_unit(rate * kHour, 'h');
}

std::string progress_line(const ProgressView& view, std::size_t width, bool is_colored) {
  constexpr std::size_t kShortestBar = 12;
  constexpr std::size_t kLongestBar = 32;
  std::vector<Part> parts = parts_of(view);
  while (width_of(parts) > width && parts.size() > 1) {
    parts.erase(std::ranges::max_element(parts, {}, &Part::rank));
  }
  const std::size_t used = width_of(parts);
  if (used > width) return parts.front().text.substr(0, width);
  const std::size_t room = width - used;
  if (view.total && room >= kGap + kShortestBar) {
    const Part shown{0, bar(view, std::min(room - kGap, kLongestBar))};
    parts.insert(parts.begin() + 1, shown);
  }
  std::string line;
  for (const Part& part : parts) {
    if (!line.empty()) line.append(kGap, ' ');
    line += in_red(part.text, is_colored && part.is_red);
  }
  return line;
}

std::string progress_report(const ProgressView& view) {
  std::string line = "fanout: " + std::to_string(view.done);
  if (view.total) line += " of " + std::to_string(*view.total);
  line += " done";
  if (view.failed > 0) line += ", " + std::to_string(view.failed) + " failed";
  if (view.aborted > 0) line += ", " + std::to_string(view.aborted) + " aborted";
  if (view.running > 0) line += ", " + std::to_string(view.running) + " running";
  if (view.rate) line += ", " + rate_text(*view.rate);
  line += ", after " + clock_time(view.elapsed);
  if (view.remaining && view.running > 0) line += ", " + clock_time(*view.remaining) + " left";
  return line + "\n";
}

}  // namespace fanout
