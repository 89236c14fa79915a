// What a job, a preset or a whole document may say about when a job starts, and how it is read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fanout/job.hpp"
#include "fanout/plan.hpp"
#include "manifest/job_names.hpp"
#include "manifest/node_reader.hpp"

namespace fanout {

struct PlanOptions {
  std::optional<std::vector<std::string>> mutexes;
  std::optional<std::vector<Need>> needs;
  std::optional<std::int32_t> priority;

  /// Each beats what the job was given before.
  void apply_to(JobSpec& job) const;
};

/// How the keys of the same names are read.
void read_mutex(NodeReader& in, const JsonMember& member, PlanOptions& options);
void read_needs(NodeReader& in, const JsonMember& member, PlanOptions& options);
void read_priority(NodeReader& in, const JsonMember& member, PlanOptions& options);

/// The top-level `resources`.
std::vector<Resource> read_resources(NodeReader& in, const JsonNode& node);

/// The value of a job's `after`: who among `names` it is, each once. The job itself may be named.
std::vector<Prerequisite> read_after(NodeReader& in, const JsonNode& node, const JobNames& names,
                                     const std::optional<std::string>& own_name);

void set_after(JobSpec& job, std::vector<Prerequisite> after);
/// Others may be after this one.
void mark_awaited(JobSpec& job);

}  // namespace fanout
