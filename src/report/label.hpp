// A job in a few words, for people: its name, its item, or its command.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "fanout/record.hpp"

namespace fanout {

constexpr std::size_t kWholeLabel = std::numeric_limits<std::size_t>::max();

/// Safe to show on a terminal; longer labels are cut.
std::string job_label(const JobSpec& spec, const std::vector<std::string>& argv,
                      std::size_t max_bytes);
std::string job_label(const JobRecord& record, std::size_t max_bytes);

/// Why it did not succeed, in a word or two: `exit 2`, `SIGKILL`, `timeout`; for what
/// could not be started what the system said.
std::string short_reason(const Outcome& outcome);

}  // namespace fanout
