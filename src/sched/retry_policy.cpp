#include "sched/retry_policy.hpp"

#include <algorithm>
#include <cstddef>

#include "fanout/base/overloaded.hpp"

namespace fanout {
namespace {

template <std::size_t N>
bool has(const std::bitset<N>& set, int number) {
  return number >= 0 && static_cast<std::size_t>(number) < N &&
         set.test(static_cast<std::size_t>(number));
}

/// Doubled once for every attempt but the first, as long as that is a time at all.
Duration grown(const Backoff& backoff, std::uint32_t failed_attempts) {
  using namespace std::chrono_literals;
  constexpr Duration kLongest = 24h * 36525;  // as the longest that can be asked for
  const Duration most = backoff.most > Duration::zero() ? backoff.most : kLongest;
  Duration delay = std::min(backoff.delay, most);
  if (backoff.growth == Backoff::Growth::constant) return delay;
  for (std::uint32_t i = 1; i < failed_attempts && delay < most; ++i) {
    delay = delay > most / 2 ? most : delay * 2;
  }
  return delay;
}

/// splitmix64: every bit of what goes in changes about half of those that come out.
std::uint64_t mixed(std::uint64_t number) {
  number += 0x9e3779b97f4a7c15U;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9U;
  number = (number ^ (number >> 27)) * 0x94d049bb133111ebU;
  return number ^ (number >> 31);
}

}  // namespace

bool is_worth_retrying(const Outcome& outcome, const RetryOn& ends) {
  return std::visit(
      Overloaded{
          [&](const Exited& end) { return end.code != 0 && has(ends.codes, end.code); },
          [&](const Signaled& end) { return has(ends.signals, end.number); },
          [&](const TimedOut&) { return ends.timeout; },
          [](const SpawnFailed&) { return false; },
          [](const ParseFailed&) { return false; },
          [](const CaptureFailed&) { return false; },
          [](const Cancelled&) { return false; },
          [](const Lost&) { return false; },
      },
      outcome);
}

Duration retry_delay(const Backoff& backoff, const AttemptId& failed, std::uint64_t seed) {
  const Duration delay = grown(backoff, failed.number);
  if (!backoff.has_jitter) return delay;
  constexpr std::int64_t kSteps = 1024;
  const std::uint64_t random = mixed(mixed(seed ^ failed.job.value) ^ failed.number);
  return delay - delay / (2 * kSteps) * static_cast<std::int64_t>(random % (kSteps + 1));
}

}  // namespace fanout
