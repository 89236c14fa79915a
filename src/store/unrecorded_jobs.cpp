#include "store/unrecorded_jobs.hpp"

#include <iterator>

#include "fanout/base/text.hpp"

namespace fanout {

void UnrecordedJobs::add(const JobSpec& job) {
  names_.emplace(job.index.value, job.name.value_or(""));
}

void UnrecordedJobs::add(UnrecordedJobs others) {
  names_.merge(others.names_);
}

std::string UnrecordedJobs::text() const {
  std::string text = names_.size() == 1 ? "job " : "jobs ";
  const std::size_t empty_size = text.size();
  for (auto job = names_.begin(); job != names_.end(); ++job) {
    if (text.size() > empty_size) text += ", ";
    const std::uint64_t first = job->first;
    text += std::to_string(first + 1);
    if (!job->second.empty()) {
      text += " (" + in_quotes(job->second) + ")";
      continue;
    }
    for (auto next = std::next(job);
         next != names_.end() && next->second.empty() && next->first == job->first + 1; ++next) {
      job = next;
    }
    if (job->first > first) text += "-" + std::to_string(job->first + 1);
  }
  return text;
}

}  // namespace fanout
