// Which ends of an attempt are followed by another one, and after how long.
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>

#include "fanout/base/result.hpp"
#include "fanout/base/time.hpp"

namespace fanout {

/// By default every failure of the job itself.
struct RetryOn {
  std::bitset<256> codes = ~std::bitset<256>(1);  ///< exit codes; never 0
  std::bitset<65> signals = ~std::bitset<65>(1);  ///< by their numbers
  bool timeout = true;

  bool operator==(const RetryOn&) const = default;
};

/// Reads a list such as `1,64-78,timeout,signal:SIGKILL`; `exit` is every code but 0, `signal`
/// every signal.
Result<RetryOn> parse_retry_on(std::string_view text);

/// A list that parse_retry_on reads back.
std::string format_retry_on(const RetryOn& ends);

/// How long a failed job waits for its next attempt.
struct Backoff {
  enum class Growth { constant, exponential };  ///< exponential: doubled with every attempt

  Growth growth = Growth::constant;
  Duration delay{};         ///< before the second attempt; 0 is none
  Duration most{};          ///< a delay does not grow beyond it; 0 is no limit
  bool has_jitter = false;  ///< up to half of each delay is left out, at random
};

/// What a job says about its retries itself, but for their number.
struct JobRetry {
  std::optional<RetryOn> on;
  std::optional<Duration> delay;
};

}  // namespace fanout
