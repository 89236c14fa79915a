#include "cli/run_policy.hpp"

#include <random>

#include "os/cpus.hpp"

namespace fanout {

Policy attempt_policy_of(const Settings& settings) {
  Policy policy;
  policy.timeout = settings.timeout;
  policy.grace = settings.grace;
  policy.retries = settings.retries;
  policy.retry_on = settings.retry_on;
  policy.backoff = settings.backoff;
  if (policy.backoff.has_jitter) policy.seed = std::random_device{}();
  return policy;
}

Policy policy_of(const RunRequest& request) {
  const Settings& settings = request.settings;
  Policy policy = attempt_policy_of(settings);
  policy.max_workers = settings.max_workers.resolve(usable_processors());
  policy.leak_timeout = settings.leak_timeout;
  policy.on_leak = settings.on_leak;
  policy.deadline = settings.deadline;
  policy.pause = settings.pause;
  policy.rate = settings.rate;
  policy.is_serial = settings.max_workers.is_serial();
  policy.halt = settings.halt;
  policy.known_jobs = request.known_jobs ? request.known_jobs : request.jobs->total();
  policy.resources = settings.resources;
  policy.first_start = request.first_start;
  if (request.mode == Mode::dry_run) {
    policy.pause = policy.deadline = Duration::zero();
    policy.rate.reset();
    policy.halt = {};
  }
  return policy;
}

}  // namespace fanout
