// The priority and limits with which the processes of a job run: those of the run, and over them
// the job's own.
#pragma once

#include <utility>
#include <vector>

#include "fanout/job.hpp"
#include "fanout/process_terms.hpp"
#include "os/child.hpp"

namespace fanout {

class JobTerms {
 public:
  explicit JobTerms(ProcessTerms common)
      : common_(std::move(common)), common_limits_(limits_of(common_)) {}

  /// What the request borrows is good until the next call.
  void apply(const JobSpec& job, SpawnRequest& request) {
    if (job.terms == nullptr) return set(common_, common_limits_, request);
    const ProcessTerms both = merged(common_, *job.terms);
    own_limits_ = limits_of(both);
    set(both, own_limits_, request);
  }

 private:
  static std::vector<ResourceLimit> limits_of(const ProcessTerms& terms) {
    std::vector<ResourceLimit> limits;
    for (std::size_t i = 0; i < kProcessLimits; ++i) {
      if (!terms.limits[i]) continue;
      limits.push_back(resource_limit(static_cast<ProcessLimit>(i), *terms.limits[i]));
    }
    return limits;
  }
  static void set(const ProcessTerms& terms, const std::vector<ResourceLimit>& limits,
                  SpawnRequest& request) {
    request.nice = terms.nice.value_or(0);
    request.limits = limits;
  }

  ProcessTerms common_;
  std::vector<ResourceLimit> common_limits_;
  std::vector<ResourceLimit> own_limits_;  // of the last job that had its own
};

}  // namespace fanout
