// Which job has which name, for jobs that are after others.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "fanout/base/result.hpp"
#include "fanout/ids.hpp"

namespace fanout {

class JobNames {
 public:
  /// Which jobs are in here: what is said when one is not.
  enum class Scope { document, lines_before };

  explicit JobNames(Scope scope) : scope_(scope) {}

  void add(const std::string& name, JobIndex job);

  /// The one job of that name. The error names the nearest, or says that there are several.
  Result<JobIndex> find(const std::string& name) const;
  /// The name by which find() finds the job; empty when there is none. Looks at all of them.
  std::string name_of(JobIndex job) const;

 private:
  Error unknown(std::string_view name) const;

  Scope scope_;
  std::unordered_map<std::string, std::optional<JobIndex>> jobs_;  // empty: several
};

}  // namespace fanout
