// What the jobs of a document say of each other: their names, and who is after whom. Made before
// the first job is read, and only where something is said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fanout/base/result.hpp"
#include "fanout/ids.hpp"
#include "manifest/document.hpp"
#include "manifest/job_names.hpp"

namespace fanout {

class JobGraph {
 public:
  /// Null when every job may start in its turn. An error for a name that is nobody's, and for jobs
  /// that are after each other; what else is wrong with a job is left to whoever reads it.
  static Result<std::unique_ptr<const JobGraph>> read(const Document& document);

  const JobNames& names() const { return names_; }
  /// Whether another job is after it.
  bool is_awaited(JobIndex job) const { return is_awaited_[job.value]; }

 private:
  using Index = std::uint64_t;
  /// A job that is after others.
  struct Dependant {
    Index job = 0;
    std::size_t offset = 0;  ///< of the job in the text
    std::size_t end = 0;
    std::string key;
  };

  explicit JobGraph(const Document& document) : document_(document) {}

  void note_jobs();
  Result<void> read_edges();
  Result<void> refuse_cycles() const;
  Error cycle_error(const std::vector<Index>& cycle) const;

  const Document& document_;
  JobNames names_{JobNames::Scope::document};
  bool has_priorities_ = false;
  std::vector<Dependant> dependants_;
  std::vector<std::vector<Index>> after_;  // of every job
  std::vector<bool> is_awaited_;
};

}  // namespace fanout
