#include "sched/dependencies.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "fanout/plan.hpp"

namespace fanout {
namespace {

void make_hopeless(JobRecord& job, const Prerequisite& because) {
  job.outcome = Cancelled{Cancelled::Reason::dependency, std::nullopt, because.name};
}

Job take_front(std::deque<Job>& jobs) {
  if (jobs.empty()) return nullptr;
  Job job = std::move(jobs.front());
  jobs.pop_front();
  return job;
}

}  // namespace

Job Dependencies::add(Job job) {
  const JobPlan& plan = *job->spec.plan;
  const Index index = job->spec.index.value;
  if (plan.is_awaited) unfinished_.try_emplace(index);
  if (is_hopeless(*job)) {
    hopeless_.push_back(std::move(job));
    return nullptr;
  }
  std::size_t unfinished = 0;
  for (const Prerequisite& before : plan.after) {
    // One that comes later in the input has not been added yet; one that was and is not here any
    // more has succeeded.
    const bool is_to_come = before.job.value > index;
    const auto entry = is_to_come ? unfinished_.try_emplace(before.job.value).first
                                  : unfinished_.find(before.job.value);
    if (entry == unfinished_.end()) continue;
    entry->second.push_back(index);
    ++unfinished;
  }
  if (unfinished == 0) return job;
  waiting_.emplace(index, Waiting{std::move(job), unfinished});
  return nullptr;
}

bool Dependencies::is_hopeless(JobRecord& job) const {
  const auto& after = job.spec.plan->after;
  const auto failed = std::ranges::find_if(
      after, [&](const Prerequisite& before) { return unsuccessful_.contains(before.job.value); });
  if (failed == after.end()) return false;
  make_hopeless(job, *failed);
  return true;
}

void Dependencies::add_ended(JobIndex job, bool has_succeeded) {
  unfinished_.try_emplace(job.value);
  ended(job, has_succeeded);
}

void Dependencies::ended(JobIndex ended, bool has_succeeded) {
  const auto entry = unfinished_.find(ended.value);
  assert(entry != unfinished_.end() && "a job that nobody awaits, or that has ended before");
  const std::vector<Index> dependants = std::move(entry->second);
  unfinished_.erase(entry);
  if (!has_succeeded && !has_all_jobs_) unsuccessful_.insert(ended.value);
  for (const Index index : dependants) {
    const auto waiting = waiting_.find(index);
    if (waiting == waiting_.end()) continue;  // hopeless by another
    if (has_succeeded && --waiting->second.unfinished > 0) continue;
    Job job = std::move(waiting->second.job);
    waiting_.erase(waiting);
    if (!has_succeeded) {
      make_hopeless(*job, *std::ranges::find(job->spec.plan->after, ended, &Prerequisite::job));
    }
    (has_succeeded ? freed_ : hopeless_).push_back(std::move(job));
  }
}

void Dependencies::end_of_jobs() {
  has_all_jobs_ = true;
  unsuccessful_.clear();
}

Job Dependencies::next_freed() {
  return take_front(freed_);
}

// Whoever is after this one is hopeless, too: one step for each, however long the chain is.
Job Dependencies::next_hopeless() {
  Job job = take_front(hopeless_);
  if (job != nullptr && job->spec.plan->is_awaited) ended(job->spec.index, false);
  return job;
}

std::vector<Job> Dependencies::take_all() {
  std::vector<Job> all;
  for (auto& [index, waiting] : waiting_) all.push_back(std::move(waiting.job));
  waiting_.clear();
  return all;
}

}  // namespace fanout
