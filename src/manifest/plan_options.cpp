#include "manifest/plan_options.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <unordered_set>
#include <utility>

#include "fanout/base/number.hpp"

namespace fanout {
namespace {

JobPlan copy_of_plan(const JobSpec& job) {
  return job.plan == nullptr ? JobPlan() : *job.plan;
}

void replace_plan(JobSpec& job, JobPlan plan) {
  job.plan = std::make_shared<const JobPlan>(std::move(plan));
}

/// A name or an array of names, none of them empty.
std::vector<std::string> read_names(NodeReader& in, const JsonNode& node,
                                    std::string_view expected) {
  const bool is_array = node.kind == JsonNode::Kind::array;
  const std::span<const JsonNode> items = is_array ? std::span(node.items) : std::span(&node, 1);
  std::vector<std::string> names;
  for (const JsonNode& item : items) {
    names.push_back(in.string(item, is_array ? "a name" : expected));
    if (names.back().empty()) in.refuse_kind(item, "a name");
  }
  return names;
}

Need read_need(NodeReader& in, const JsonMember& member) {
  const JsonNode& count = member.value;
  if (count.kind != JsonNode::Kind::number) in.refuse_kind(count, "how many of it, a number");
  Result<Need> need = parse_need(member.key + "=" + count.text);
  if (need) return *std::move(need);
  in.refuse(member.key.empty() ? member.key_offset : count.offset, need.error().message);
  return {};
}

}  // namespace

void PlanOptions::apply_to(JobSpec& job) const {
  if (!mutexes && !needs && !priority) return;
  JobPlan plan = copy_of_plan(job);
  if (mutexes) plan.mutexes = *mutexes;
  if (needs) plan.needs = *needs;
  if (priority) plan.priority = *priority;
  replace_plan(job, std::move(plan));
}

void read_mutex(NodeReader& in, const JsonMember& member, PlanOptions& options) {
  std::vector<std::string> names = read_names(in, member.value, "a name or an array of names");
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  options.mutexes = std::move(names);
}

void read_needs(NodeReader& in, const JsonMember& member, PlanOptions& options) {
  std::vector<Need> needs;
  if (member.value.kind == JsonNode::Kind::object) {
    for (const JsonMember& need : member.value.members) set_need(needs, read_need(in, need));
  } else {
    const auto names = read_names(in, member.value,
                                  "a name, an array of names, or an object of names and numbers");
    for (const std::string& name : names) {
      const bool is_twice = std::ranges::find(needs, name, &Need::resource) != needs.end();
      if (is_twice) {
        in.refuse(member.value.offset, quoted_name(name) + " is there twice: expected {" +
                                           quoted_name(name) + ": 2} where two are meant");
      }
      set_need(needs, {name, 1});
    }
  }
  options.needs = std::move(needs);
}

void read_priority(NodeReader& in, const JsonMember& member, PlanOptions& options) {
  using Limits = std::numeric_limits<std::int32_t>;
  constexpr std::string_view kExpected = "a whole number from -2147483647 to 2147483647";
  const JsonNode& node = member.value;
  const bool is_negative = node.text.starts_with('-');
  const Result<std::uint64_t> size = parse_whole_number(node.text.substr(is_negative ? 1 : 0));
  if (node.kind != JsonNode::Kind::number || !size || *size > Limits::max()) {
    return in.refuse_kind(node, kExpected);
  }
  const auto priority = static_cast<std::int32_t>(*size);
  options.priority = is_negative ? -priority : priority;
}

std::vector<Resource> read_resources(NodeReader& in, const JsonNode& node) {
  std::vector<Resource> resources;
  if (node.kind != JsonNode::Kind::object) {
    in.refuse_kind(node, "an object of names and numbers");
  }
  for (const JsonMember& member : node.members) {
    if (member.key.empty() || member.key.find_first_of({"=\0", 2}) != std::string::npos) {
      in.refuse(member.key_offset,
                "the name of a resource cannot be empty or contain \"=\" or a NUL");
    }
    if (member.value.kind != JsonNode::Kind::number) {
      in.refuse_kind(member.value, "how many there are, a number");
    }
    Result<Resource> resource = parse_resource(member.key + "=" + member.value.text);
    if (!resource) {
      in.refuse(member.value.offset, resource.error().message);
      continue;
    }
    resources.push_back(*std::move(resource));
    if (const Result<void> checked = check_resources(resources); !checked) {
      in.refuse(member.key_offset, checked.error().message);
    }
  }
  return resources;
}

std::vector<Prerequisite> read_after(NodeReader& in, const JsonNode& node, const JobNames& names,
                                     const std::optional<std::string>& own_name) {
  std::vector<Prerequisite> after;
  std::unordered_set<std::uint64_t> known;  // one may be after all the others
  const bool is_array = node.kind == JsonNode::Kind::array;
  const std::span<const JsonNode> items = is_array ? std::span(node.items) : std::span(&node, 1);
  for (const JsonNode& item : items) {
    const std::string name =
        in.string(item, is_array ? "the name of a job" : "the name of a job or an array of names");
    if (in.has_failed()) return {};
    if (name == own_name) {
      in.refuse(item.offset, quoted_name(name) + " after itself could never start");
      return {};
    }
    const Result<JobIndex> job = names.find(name);
    if (!job) {
      in.refuse(item.offset, job.error().message);
      return {};
    }
    if (known.insert(job->value).second) after.push_back({*job, name});
  }
  return after;
}

void set_after(JobSpec& job, std::vector<Prerequisite> after) {
  JobPlan plan = copy_of_plan(job);
  plan.after = std::move(after);
  replace_plan(job, std::move(plan));
}

void mark_awaited(JobSpec& job) {
  static const auto kOnlyAwaited = [] {
    JobPlan plan;
    plan.is_awaited = true;
    return std::make_shared<const JobPlan>(std::move(plan));
  }();
  if (job.plan == nullptr) {
    job.plan = kOnlyAwaited;
    return;
  }
  JobPlan plan = *job.plan;
  plan.is_awaited = true;
  replace_plan(job, std::move(plan));
}

}  // namespace fanout
