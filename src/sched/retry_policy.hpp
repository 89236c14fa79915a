// Which ends of an attempt are tried again, and how long a job waits before it is. Pure: what is
// random in it comes from a seed.
#pragma once

#include <cstdint>

#include "fanout/ids.hpp"
#include "fanout/outcome.hpp"
#include "fanout/retry.hpp"

namespace fanout {

/// What could not be started, read or kept, or was ended by us, is never tried again.
bool is_worth_retrying(const Outcome& outcome, const RetryOn& ends);

/// The wait after `failed`, the last attempt of its job.
Duration retry_delay(const Backoff& backoff, const AttemptId& failed, std::uint64_t seed);

}  // namespace fanout
