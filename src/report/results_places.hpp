// Where below a directory of results each job has its own: by its arguments, as GNU parallel does
// it, or by its name or index.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "fanout/job.hpp"

namespace fanout {

enum class ResultsLayout {
  by_arguments,  ///< `1/ARGUMENT/2/ARGUMENT`
  by_job,        ///< `NAME` or `INDEX`
};

/// Any text as the name of one directory: `/`, `\`, tab and NUL are `\_`, `\\`, `\t` and `\0`, as
/// GNU parallel has them; nothing is `\e`, and `.` and `..` are `\.` and `\..`. What no file system
/// takes is cut, with a hash of the whole at its end.
std::string directory_name(std::string_view text);

class ResultsPlaces {
 public:
  explicit ResultsPlaces(ResultsLayout layout) : layout_(layout) {}

  /// Jobs are shown in input order, so that of two with one place always the later gets `-2`.
  void note(const JobSpec& job);

  /// The place of a job that was noted; once.
  std::vector<std::string> take(const JobSpec& job);

 private:
  std::vector<std::string> plain_place(const JobSpec& job) const;

  ResultsLayout layout_;
  // Hashes: two places that happen to have the same one would only get a number too many.
  std::unordered_set<std::uint64_t> taken_;
  std::unordered_map<std::uint64_t, std::uint64_t> numbers_;  // by the index of the job
};

}  // namespace fanout
