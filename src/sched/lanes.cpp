#include "sched/lanes.hpp"

#include <cassert>

#include "fanout/plan.hpp"

namespace fanout {
namespace {

Rank rank_of(const JobRecord& job) {
  return {job.spec.plan->priority, job.spec.index};
}

const JobPlan& plan_of(const std::map<Rank, Job>& lane) {
  return *lane.begin()->second->spec.plan;
}

}  // namespace

void Lanes::add(Job job) {
  const JobPlan& plan = *job->spec.plan;
  Group& group = groups_[plan.needs];
  Lane& lane = group.by_mutexes[plan.mutexes];
  if (!lane.empty()) group.by_rank.erase({lane.begin()->first, &lane});
  const Rank rank = rank_of(*job);
  lane.emplace(rank, std::move(job));
  group.by_rank.emplace(lane.begin()->first, &lane);
  ++size_;
  next_.reset();
}

std::optional<Rank> Lanes::next() const {
  if (!next_) next_ = find_next();
  if (*next_ == nullptr) return std::nullopt;
  return (*next_)->begin()->first;
}

Lanes::Lane* Lanes::first() const {
  const std::pair<Rank, Lane*>* first = nullptr;
  for (const auto& [needs, group] : groups_) {
    if (first == nullptr || *group.by_rank.begin() < *first) first = &*group.by_rank.begin();
  }
  return first == nullptr ? nullptr : first->second;
}

Lanes::Lane* Lanes::find_next() const {
  Lane* const first = this->first();
  if (first == nullptr) return nullptr;
  const JobPlan& kept = plan_of(*first);
  if (holdings_.has(kept.needs, nullptr) && holdings_.has(kept.mutexes, nullptr)) return first;

  const std::pair<Rank, Lane*>* best = nullptr;
  for (const auto& [needs, group] : groups_) {
    if (!holdings_.has(needs, &kept)) continue;
    for (const auto& head : group.by_rank) {
      if (best != nullptr && *best < head) break;
      if (holdings_.has(plan_of(*head.second).mutexes, &kept)) {
        best = &head;
        break;
      }
    }
  }
  return best == nullptr ? nullptr : best->second;
}

Job Lanes::take_next() {
  [[maybe_unused]] const auto rank = next();
  assert(rank && "nobody can be next");
  Lane& lane = **next_;
  next_.reset();
  Job job = std::move(lane.begin()->second);
  const JobPlan& plan = *job->spec.plan;
  const auto group = groups_.find(plan.needs);
  group->second.by_rank.erase({lane.begin()->first, &lane});
  lane.erase(lane.begin());
  if (!lane.empty()) {
    group->second.by_rank.emplace(lane.begin()->first, &lane);
  } else {
    group->second.by_mutexes.erase(plan.mutexes);
    if (group->second.by_mutexes.empty()) groups_.erase(group);
  }
  --size_;
  Grants grants = holdings_.take(plan);
  if (!grants.empty()) job->granted = std::make_shared<const Grants>(std::move(grants));
  return job;
}

void Lanes::give_back(const JobRecord& job) {
  const JobPlan& plan = *job.spec.plan;
  holdings_.give_back(plan, job.granted == nullptr ? Grants() : *job.granted);
  next_.reset();
}

std::vector<Job> Lanes::take_all() {
  std::vector<Job> all;
  for (auto& [needs, group] : groups_) {
    for (auto& [mutexes, lane] : group.by_mutexes) {
      for (auto& [rank, job] : lane) all.push_back(std::move(job));
    }
  }
  groups_.clear();
  size_ = 0;
  next_.reset();
  return all;
}

}  // namespace fanout
