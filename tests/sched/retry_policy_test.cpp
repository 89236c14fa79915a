#include "sched/retry_policy.hpp"

#include <doctest/doctest.h>

#include <set>
#include <vector>

using namespace fanout;
using namespace std::chrono_literals;

namespace {

AttemptId attempt(std::uint32_t number, std::uint64_t job = 0) {
  return {JobIndex{job}, number, SlotNumber{1}};
}

bool retries(std::string_view ends, const Outcome& outcome) {
  return is_worth_retrying(outcome, *parse_retry_on(ends));
}

std::vector<Duration> delays(const Backoff& backoff, std::uint32_t attempts) {
  std::vector<Duration> delays;
  for (std::uint32_t number = 1; number <= attempts; ++number) {
    delays.push_back(retry_delay(backoff, attempt(number), 0));
  }
  return delays;
}

}  // namespace

TEST_CASE("what is tried again by default") {
  const RetryOn everything;
  CHECK(is_worth_retrying(Exited{1}, everything));
  CHECK(is_worth_retrying(Exited{255}, everything));
  CHECK(is_worth_retrying(Signaled{9}, everything));
  CHECK(is_worth_retrying(Signaled{64}, everything));
  CHECK(is_worth_retrying(TimedOut{1s, Signaled{15}}, everything));
}

TEST_CASE("a success, and what another attempt would not mend, are never tried again") {
  const RetryOn everything;
  CHECK_FALSE(is_worth_retrying(Exited{0}, everything));
  CHECK_FALSE(is_worth_retrying(SpawnFailed{2, "exec", true}, everything));
  CHECK_FALSE(is_worth_retrying(ParseFailed{"x"}, everything));
  CHECK_FALSE(is_worth_retrying(CaptureFailed{"x"}, everything));
  CHECK_FALSE(is_worth_retrying(Lost{"x"}, everything));
  CHECK_FALSE(is_worth_retrying(Cancelled{Cancelled::Reason::killed, Signaled{9}}, everything));
}

TEST_CASE("only the ends that were named are tried again") {
  CHECK(retries("75", Exited{75}));
  CHECK_FALSE(retries("75", Exited{1}));
  CHECK_FALSE(retries("75", Signaled{9}));
  CHECK_FALSE(retries("75", TimedOut{1s, Exited{75}}));  // it did not end by itself
  CHECK(retries("timeout", TimedOut{1s, Exited{0}}));
  CHECK_FALSE(retries("timeout", Exited{1}));
  CHECK(retries("signal:KILL", Signaled{9}));
  CHECK_FALSE(retries("signal:KILL", Signaled{15}));
  CHECK_FALSE(retries("signal", TimedOut{1s, Signaled{15}}));
  CHECK_FALSE(retries("exit", Signaled{1}));
}

TEST_CASE("a delay is constant, or doubles up to a limit") {
  using Growth = Backoff::Growth;
  CHECK(delays({}, 3) == std::vector<Duration>{0s, 0s, 0s});
  CHECK(delays({Growth::constant, 2s}, 3) == std::vector<Duration>{2s, 2s, 2s});
  CHECK(delays({Growth::exponential, 2s}, 4) == std::vector<Duration>{2s, 4s, 8s, 16s});
  CHECK(delays({Growth::exponential, 2s, 7s}, 4) == std::vector<Duration>{2s, 4s, 7s, 7s});
  CHECK(delays({Growth::exponential, 9s, 7s}, 2) == std::vector<Duration>{7s, 7s});
  CHECK(delays({Growth::exponential, 0s}, 2) == std::vector<Duration>{0s, 0s});
}

TEST_CASE("a delay that has doubled for ever is still a time") {
  const Backoff backoff{Backoff::Growth::exponential, 1s};
  const Duration longest = retry_delay(backoff, attempt(4000000000U), 0);
  CHECK(longest == 24h * 36525);
}

TEST_CASE("jitter leaves out up to half, differs between jobs and attempts, and can be repeated") {
  const Backoff backoff{Backoff::Growth::constant, 1s, 0s, true};
  std::set<Duration> seen;
  for (std::uint64_t job = 0; job < 100; ++job) {
    for (std::uint32_t number = 1; number <= 3; ++number) {
      const Duration delay = retry_delay(backoff, attempt(number, job), 42);
      CHECK(delay >= 500ms);
      CHECK(delay <= 1s);
      CHECK(delay == retry_delay(backoff, attempt(number, job), 42));
      seen.insert(delay);
    }
  }
  CHECK(seen.size() > 200);
  CHECK(retry_delay(backoff, attempt(1), 1) != retry_delay(backoff, attempt(1), 2));
}
