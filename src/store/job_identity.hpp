// What a job is recognised by when it comes again: all of its content, never its place. Equal jobs
// have the same key.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "fanout/job.hpp"

namespace fanout {

struct JobKey {
  std::array<char, 16> bytes{};

  std::string_view view() const { return {bytes.data(), bytes.size()}; }
  bool operator==(const JobKey&) const = default;
};

/// Of an expanded job, as long as its input is there.
JobKey key_of(const JobSpec& job);

/// False for one that reads as much of an input as it finds time for: what it was given is not
/// known before it has ended, and is another part the next time.
bool is_recognisable(const JobSpec& job);

}  // namespace fanout
