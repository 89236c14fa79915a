#include "manifest/job_options.hpp"

#include "fanout/settings.hpp"

namespace fanout {
namespace {

void apply_retry(const JobRetry& said, JobSpec& job) {
  if (!said.on && !said.delay) return;
  JobRetry all = job.retry == nullptr ? JobRetry() : *job.retry;
  if (said.on) all.on = said.on;
  if (said.delay) all.delay = said.delay;
  job.retry = std::make_shared<const JobRetry>(all);
}

}  // namespace

void JobOptions::apply_to(JobSpec& job) const {
  job.env.insert(job.env.end(), env.begin(), env.end());
  if (cwd) job.cwd = *cwd;
  if (input) job.input = *input;
  if (timeout) job.timeout = timeout;
  if (grace) job.grace = grace;
  if (retries) job.retries = retries;
  apply_retry(retry, job);
  // Shared by all jobs of a preset; a copy only where a job has more to say.
  if (terms && job.terms) {
    job.terms = std::make_shared<const ProcessTerms>(merged(*job.terms, *terms));
  } else if (terms) {
    job.terms = terms;
  }
  plan.apply_to(job);
}

void read_env(NodeReader& in, const JsonMember& member, JobOptions& options) {
  options.env = in.env(member.value);
}

void read_cwd(NodeReader& in, const JsonMember& member, JobOptions& options) {
  options.cwd = in.string(member.value, "a directory");
  if (options.cwd->empty()) in.refuse_kind(member.value, "a directory");
}

void read_stdin(NodeReader& in, const JsonMember& member, JobOptions& options) {
  options.input = in.input(member.value);
}

void read_timeout(NodeReader& in, const JsonMember& member, JobOptions& options) {
  Settings settings;
  in.setting(member, settings);
  options.timeout = settings.timeout;
}

void read_grace(NodeReader& in, const JsonMember& member, JobOptions& options) {
  Settings settings;
  in.setting(member, settings);
  options.grace = settings.grace;
}

void read_retries(NodeReader& in, const JsonMember& member, JobOptions& options) {
  Settings settings;
  in.setting(member, settings);
  options.retries = settings.retries;
}

void read_terms(NodeReader& in, const JsonMember& member, JobOptions& options) {
  Settings settings;
  if (options.terms) settings.terms = *options.terms;
  in.setting(member, settings);
  options.terms = std::make_shared<const ProcessTerms>(settings.terms);
}

void read_retry_on(NodeReader& in, const JsonMember& member, JobOptions& options) {
  Settings settings;
  in.setting(member, settings);
  options.retry.on = settings.retry_on;
}

void read_retry_delay(NodeReader& in, const JsonMember& member, JobOptions& options) {
  Settings settings;
  in.setting(member, settings);
  options.retry.delay = settings.backoff.delay;
}

}  // namespace fanout
