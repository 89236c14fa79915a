// What stands before every line of a job's text.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "fanout/base/encoding.hpp"
#include "fanout/ids.hpp"
#include "fanout/job.hpp"

namespace fanout {

/// A job that runs or ran, as far as a tag may speak of it.
struct TaggedJob {
  const JobSpec& spec;
  const std::vector<std::string>& argv;
  SlotNumber slot;
};

/// Empty: there are no tags.
using TagOf = std::function<std::string(const TaggedJob&)>;

/// How the text of a job is written: as it is, or with its tag and a tab before every line.
inline Encoding encoding_of(const TagOf& tag, const TaggedJob& job) {
  if (!tag) return {};
  return {Encoding::Form::tagged, tag(job) + "\t"};
}

}  // namespace fanout
