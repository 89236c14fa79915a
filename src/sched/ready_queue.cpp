#include "sched/ready_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "fanout/plan.hpp"

namespace fanout {
namespace {

bool is_plain(const JobRecord& job) {
  const JobPlan* plan = job.spec.plan.get();
  return plan == nullptr || (plan->mutexes.empty() && plan->needs.empty() && plan->priority == 0);
}

bool is_before(const Job& one, const Job& other) {
  return one->spec.index < other->spec.index;
}

}  // namespace

void ReadyQueue::add(Job job) {
  if (job->spec.plan != nullptr) job = dependencies_.add(std::move(job));
  if (job == nullptr) return;
  is_plain(*job) ? plain_.push_back(std::move(job)) : lanes_.add(std::move(job));
}

void ReadyQueue::add_ended(const JobRecord& job) {
  if (job.spec.plan == nullptr || !job.spec.plan->is_awaited) return;
  dependencies_.add_ended(job.spec.index, status_of(job.outcome) == Status::succeeded);
  take_freed();
}

// Near the front, where those are that came before all the others.
void ReadyQueue::put_back(Job job) {
  if (!is_plain(*job)) return lanes_.add(std::move(job));
  const auto place =
      std::ranges::find_if(plain_, [&](const Job& other) { return is_before(job, other); });
  plain_.insert(place, std::move(job));
}

void ReadyQueue::end_of_jobs() {
  is_open_ = true;
  dependencies_.end_of_jobs();
}

bool ReadyQueue::is_plain_next() const {
  if (plain_.empty()) return false;
  const std::optional<Rank> other = lanes_.next();
  return !other || Rank{0, plain_.front()->spec.index} < *other;
}

Job ReadyQueue::take_next() {
  if (!is_plain_next()) return lanes_.take_next();
  Job job = std::move(plain_.front());
  plain_.pop_front();
  return job;
}

void ReadyQueue::ended(const JobRecord& job) {
  if (job.spec.plan == nullptr || !job.spec.plan->is_awaited) return;
  dependencies_.ended(job.spec.index, status_of(job.outcome) == Status::succeeded);
  take_freed();
}

void ReadyQueue::take_freed() {
  while (Job freed = dependencies_.next_freed()) lanes_.add(std::move(freed));
}

std::vector<Job> ReadyQueue::take_all() {
  std::vector<Job> all = dependencies_.take_all();
  std::ranges::move(lanes_.take_all(), std::back_inserter(all));
  std::ranges::move(plain_, std::back_inserter(all));
  plain_.clear();
  std::ranges::sort(all, is_before);
  return all;
}

}  // namespace fanout
