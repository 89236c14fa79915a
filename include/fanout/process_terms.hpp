// On what terms a job's processes run: their priority and the limits of setrlimit(2).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "fanout/base/process_limit.hpp"
#include "fanout/base/result.hpp"

namespace fanout {

struct ProcessTerms {
  std::optional<int> nice;  ///< added to fanout's own
  /// By ProcessLimit: bytes, seconds of `cpu`, or a number; kNoLimit is none. Empty: fanout's own.
  std::array<std::optional<std::uint64_t>, kProcessLimits> limits;

  bool says_nothing() const;
  bool operator==(const ProcessTerms&) const = default;
};

/// What `own` does not say is as in `common`.
ProcessTerms merged(const ProcessTerms& common, const ProcessTerms& own);

/// Reads `NAME=VALUE`, none or several with commas between them, and sets these limits. The error
/// names what is wrong and what was expected.
Result<void> set_limits(ProcessTerms& terms, std::string_view text);

/// A priority: -20 to 19.
Result<void> set_nice(ProcessTerms& terms, std::string_view text);

/// As users write them.
std::span<const std::string_view, kProcessLimits> limit_names();

}  // namespace fanout
