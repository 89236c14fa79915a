// Keeps what a process says, or the last part of it, and counts all of it.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "fanout/output.hpp"

namespace fanout {

class TailCapture {
 public:
  /// Empty: everything is kept.
  explicit TailCapture(std::optional<std::uint64_t> limit)
      : limit_(limit.value_or(std::numeric_limits<std::uint64_t>::max())) {}

  void append(std::string_view bytes);

  /// Gives away what was kept; once.
  Output take();

 private:
  void cut();

  std::uint64_t limit_;
  Output output_;
};

}  // namespace fanout
