#include "sched/holdings.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace fanout {
namespace {

std::uint32_t share_of(const JobPlan* job, const std::string& resource) {
  if (job == nullptr) return 0;
  const auto need = std::ranges::find(job->needs, resource, &Need::resource);
  return need == job->needs.end() ? 0 : need->count;
}

}  // namespace

Holdings::Holdings(const std::vector<Resource>& resources) {
  for (const Resource& resource : resources) pools_[resource.name].free = resource.count;
}

bool Holdings::has(const std::vector<Need>& needs, const JobPlan* kept) const {
  return std::ranges::all_of(needs, [&](const Need& need) {
    const auto pool = pools_.find(need.resource);
    assert(pool != pools_.end() && "a job needs what was never declared");
    return pool->second.free >= need.count + share_of(kept, need.resource);
  });
}

bool Holdings::has(const std::vector<std::string>& mutexes, const JobPlan* kept) const {
  return std::ranges::none_of(mutexes, [&](const std::string& mutex) {
    return mutexes_.contains(mutex) ||
           (kept != nullptr && std::ranges::binary_search(kept->mutexes, mutex));
  });
}

Grants Holdings::take(const JobPlan& plan) {
  assert(has(plan.needs, nullptr) && has(plan.mutexes, nullptr) && "it is not there to be taken");
  mutexes_.insert(plan.mutexes.begin(), plan.mutexes.end());
  Grants grants;
  for (const Need& need : plan.needs) {
    Pool& pool = pools_.at(need.resource);
    std::vector<std::uint32_t> numbers;
    while (numbers.size() < need.count) numbers.push_back(pool.take());
    grants.push_back({need.resource, std::move(numbers)});
  }
  return grants;
}

void Holdings::give_back(const JobPlan& plan, const Grants& grants) {
  for (const std::string& mutex : plan.mutexes) mutexes_.erase(mutex);
  for (const Grant& grant : grants) {
    Pool& pool = pools_.at(grant.resource);
    for (const std::uint32_t number : grant.numbers) pool.give_back(number);
  }
}

std::uint32_t Holdings::Pool::take() {
  --free;
  if (returned.empty()) return next_unused++;
  const std::uint32_t number = returned.top();
  returned.pop();
  return number;
}

void Holdings::Pool::give_back(std::uint32_t number) {
  ++free;
  returned.push(number);
}

}  // namespace fanout
