#include "exec/job_environment.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "os/process_tree.hpp"

namespace fanout {
namespace {

constexpr std::array<std::string_view, 6> kOwnNames = {
    "FANOUT_INDEX", "FANOUT_NAME", "FANOUT_SLOT", "FANOUT_ATTEMPT", "FANOUT_RUN", kTrailVariable};

bool is_variable(const char* entry, std::string_view name) {
  const std::string_view text(entry);
  return text.size() > name.size() && text[name.size()] == '=' && text.starts_with(name);
}

bool is_own(const char* entry) {
  return std::any_of(kOwnNames.begin(), kOwnNames.end(),
                     [&](std::string_view name) { return is_variable(entry, name); });
}

}  // namespace

JobEnvironment::JobEnvironment(const char* const* inherited, const std::string& run_id,
                               const std::vector<Resource>& resources, JobVariables variables)
    : run_id_(run_id), variables_(std::move(variables)), run_("FANOUT_RUN=" + run_id) {
  if (variables_.own == JobVariables::Own::unmarked) {
    for (; *inherited != nullptr; ++inherited) inherited_.push_back(*inherited);
    return;
  }
  std::vector<std::string> names;
  for (const Resource& resource : resources) names.push_back(resource_variable(resource.name));
  const auto is_of_resource = [&](const char* entry) {
    return std::ranges::any_of(names,
                               [&](const std::string& name) { return is_variable(entry, name); });
  };
  for (; *inherited != nullptr; ++inherited) {
    if (is_variable(*inherited, kTrailVariable)) {
      outer_trail_ = std::string(*inherited + kTrailVariable.size() + 1) + ":";
    }
    if (!is_own(*inherited) && !is_of_resource(*inherited)) inherited_.push_back(*inherited);
  }
  inherited_.push_back(run_.c_str());
}

const char* const* JobEnvironment::build(const JobSpec& job, const AttemptId& attempt,
                                         const Grants* granted) {
  const bool is_marked = variables_.own == JobVariables::Own::marked;
  current_ = inherited_;
  own_.clear();
  if (is_marked) set_own(job, attempt);
  if (granted != nullptr) set_granted(*granted);
  for (const auto& [name, value] : job.env) {
    remove(name);
    if (value) set(name, *value);
  }
  if (!variables_.slot.empty()) {
    remove(variables_.slot);
    set(variables_.slot, std::to_string(attempt.slot.value - 1));
  }
  if (is_marked) set_mark(job, attempt);
  current_.push_back(nullptr);
  return current_.data();
}

void JobEnvironment::set_own(const JobSpec& job, const AttemptId& attempt) {
  set("FANOUT_INDEX", std::to_string(attempt.job.value));
  set("FANOUT_NAME", job.name.value_or(""));
  set("FANOUT_SLOT", std::to_string(attempt.slot.value));
  set("FANOUT_ATTEMPT", std::to_string(attempt.number));
}

void JobEnvironment::set_mark(const JobSpec& job, const AttemptId& attempt) {
  mark_ = run_id_ + "." + std::to_string(attempt.job.value) + "." + std::to_string(attempt.number);
  if (!job.env.empty()) remove(kTrailVariable);
  set(kTrailVariable, outer_trail_ + mark_);
}

void JobEnvironment::set(std::string_view name, std::string_view value) {
  std::string& entry = own_.emplace_back();
  entry.reserve(name.size() + value.size() + 1);
  entry.append(name).append("=").append(value);
  current_.push_back(entry.c_str());
}

void JobEnvironment::set_granted(const Grants& granted) {
  for (const Grant& grant : granted) {
    std::string numbers;
    for (const std::uint32_t number : grant.numbers) {
      if (!numbers.empty()) numbers += ',';
      numbers += std::to_string(number);
    }
    set(resource_variable(grant.resource), numbers);
  }
}

void JobEnvironment::remove(std::string_view name) {
  std::erase_if(current_, [&](const char* entry) { return is_variable(entry, name); });
}

}  // namespace fanout
