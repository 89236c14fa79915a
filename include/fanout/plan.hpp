// When a job may start, besides there being a worker for it: what it shares with nobody, what it
// takes of what there is a number of, whom it waits for, and who goes first.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/base/result.hpp"
#include "fanout/ids.hpp"

namespace fanout {

/// Something of which there are so many, numbered from 0.
struct Resource {
  static constexpr std::uint32_t kMost = 10'000;  ///< the numbers of all have room in a variable

  std::string name;
  std::uint32_t count = 1;
};

/// What a job takes of a resource for as long as it runs.
struct Need {
  std::string resource;
  std::uint32_t count = 1;
  auto operator<=>(const Need&) const = default;
};

/// The numbers it got.
struct Grant {
  std::string resource;
  std::vector<std::uint32_t> numbers;  ///< ascending
};
using Grants = std::vector<Grant>;

/// A job that has to succeed before.
struct Prerequisite {
  JobIndex job;
  std::string name;
};

struct JobPlan {
  std::vector<std::string> mutexes;  ///< ascending, each once
  std::vector<Need> needs;           ///< by name, each once and at least 1 of it
  std::int32_t priority = 0;         ///< higher ones go first
  std::vector<Prerequisite> after;   ///< each job once
  bool is_awaited = false;           ///< others may be after it
};

/// `NAME=N`.
Result<Resource> parse_resource(std::string_view text);
/// `NAME=N`, or `NAME` for one of it.
Result<Need> parse_need(std::string_view text);

/// Sets what the job takes of the resource of that name; the last one counts.
void set_need(std::vector<Need>& needs, Need need);

/// The variable in which a job finds its numbers: FANOUT_RESOURCE_GPU for "gpu".
std::string resource_variable(std::string_view resource);

/// Refuses two that have the same variable.
Result<void> check_resources(std::span<const Resource> resources);
/// Refuses to need what there is not, or more than there is.
Result<void> check_needs(std::span<const Need> needs, std::span<const Resource> resources);

}  // namespace fanout
