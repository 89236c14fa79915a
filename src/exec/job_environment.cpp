#include "exec/job_environment.hpp"

#include <algorithm>
#include <array>

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
                               const std::vector<Resource>& resources)
    : run_id_(run_id), run_("FANOUT_RUN=" + run_id) {
  std::vector<std::string> variables;
  for (const Resource& resource : resources) variables.push_back(resource_variable(resource.name));
  const auto is_of_resource = [&](const char* entry) {
    return std::ranges::any_of(variables,
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
  current_ = inherited_;
  own_.clear();
  set("FANOUT_INDEX", std::to_string(attempt.job.value));
  set("FANOUT_NAME", job.name.value_or(""));
  set("FANOUT_SLOT", std::to_string(attempt.slot.value));
  set("FANOUT_ATTEMPT", std::to_string(attempt.number));
  if (granted != nullptr) set_granted(*granted);
  for (const auto& [name, value] : job.env) {
    remove(name);
    if (value) set(name, *value);
  }
  mark_ = run_id_ + "." + std::to_string(attempt.job.value) + "." + std::to_string(attempt.number);
  if (!job.env.empty()) remove(kTrailVariable);
  set(kTrailVariable, outer_trail_ + mark_);
  current_.push_back(nullptr);
  return current_.data();
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
