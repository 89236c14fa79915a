// Jobs that ended and are not in the journal, for a message: by their number in the input, from 1,
// and their name where they have one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "fanout/job.hpp"

namespace fanout {

class UnrecordedJobs {
 public:
  void add(const JobSpec& job);
  void add(UnrecordedJobs others);
  void clear() { names_.clear(); }

  bool empty() const { return names_.empty(); }
  /// `job 3`, or `jobs 17-19, 25 ("name")`, in input order.
  std::string text() const;

 private:
  std::map<std::uint64_t, std::string> names_;  // by index; empty: none
};

}  // namespace fanout
