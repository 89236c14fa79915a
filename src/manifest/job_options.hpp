// What a job, a preset or a whole document may say about how a command runs: its surroundings
// and its own values of settings. Not what runs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fanout/base/time.hpp"
#include "fanout/job.hpp"
#include "manifest/node_reader.hpp"
#include "manifest/plan_options.hpp"

namespace fanout {

struct JobOptions {
  std::vector<EnvChange> env;
  std::optional<std::string> cwd;
  std::optional<Stdin> input;
  std::optional<Duration> timeout;
  std::optional<Duration> grace;
  std::optional<std::uint32_t> retries;
  std::shared_ptr<const ProcessTerms> terms;  ///< null: nothing is said
  PlanOptions plan;
  JobRetry retry;

  /// Beats what the job was given before: the outermost options come first.
  void apply_to(JobSpec& job) const;
};

/// How the keys of the same names are read.
void read_env(NodeReader& in, const JsonMember& member, JobOptions& options);
void read_cwd(NodeReader& in, const JsonMember& member, JobOptions& options);
void read_stdin(NodeReader& in, const JsonMember& member, JobOptions& options);
void read_timeout(NodeReader& in, const JsonMember& member, JobOptions& options);
void read_grace(NodeReader& in, const JsonMember& member, JobOptions& options);
void read_retries(NodeReader& in, const JsonMember& member, JobOptions& options);
/// Both `nice` and `limits`.
void read_terms(NodeReader& in, const JsonMember& member, JobOptions& options);
void read_retry_on(NodeReader& in, const JsonMember& member, JobOptions& options);
void read_retry_delay(NodeReader& in, const JsonMember& member, JobOptions& options);

}  // namespace fanout
