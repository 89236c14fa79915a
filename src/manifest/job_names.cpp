#include "manifest/job_names.hpp"

#include <algorithm>
#include <vector>

#include "fanout/base/text.hpp"

namespace fanout {

void JobNames::add(const std::string& name, JobIndex job) {
  const auto [entry, is_new] = jobs_.try_emplace(name, job);
  if (!is_new) entry->second.reset();
}

Result<JobIndex> JobNames::find(const std::string& name) const {
  const auto entry = jobs_.find(name);
  if (entry == jobs_.end()) return unknown(name);
  if (entry->second) return *entry->second;
  return usage_error("several jobs are named " + in_quotes(name));
}

Error JobNames::unknown(std::string_view name) const {
  std::vector<std::string_view> names;
  for (const auto& entry : jobs_) names.push_back(entry.first);
  std::ranges::sort(names);  // the same one among equally near ones, whatever the hashes
  const std::string problem =
      scope_ == Scope::document ? "there is no job named " : "no job on a line before is named ";
  return usage_error(problem + in_quotes(name) + did_you_mean(name, names));
}

std::string JobNames::name_of(JobIndex job) const {
  const auto entry =
      std::ranges::find_if(jobs_, [&](const auto& known) { return known.second == job; });
  return entry == jobs_.end() ? std::string() : entry->first;
}

}  // namespace fanout
