// The environment of each attempt: fanout's own, FANOUT_*, the job's changes, and the mark by which
// its descendants are known; or just what fanout was started with. The inherited strings are never
// copied, only pointed to.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/ids.hpp"
#include "fanout/job.hpp"
#include "fanout/plan.hpp"

namespace fanout {

struct JobVariables {
  /// Unmarked, a job finds what fanout found; who leaves its tree is known by other signs only.
  enum class Own { marked, unmarked };

  Own own = Own::marked;
  std::string slot;  ///< the name of a variable with the slot's number from 0; empty: none
};

class JobEnvironment {
 public:
  /// `inherited` is null-terminated, and its strings must stay as they are.
  JobEnvironment(const char* const* inherited, const std::string& run_id,
                 const std::vector<Resource>& resources = {}, JobVariables variables = {});
  JobEnvironment(const JobEnvironment&) = delete;
  JobEnvironment& operator=(const JobEnvironment&) = delete;

  /// Null-terminated; good until the next call. `granted` may be null.
  const char* const* build(const JobSpec& job, const AttemptId& attempt,
                           const Grants* granted = nullptr);

  /// `RUN.INDEX.ATTEMPT` of the last one built: what it has in its trail, whatever the job changes.
  /// Empty when it is unmarked.
  const std::string& mark() const { return mark_; }

 private:
  void set_own(const JobSpec& job, const AttemptId& attempt);
  void set_mark(const JobSpec& job, const AttemptId& attempt);
  void set(std::string_view name, std::string_view value);
  void set_granted(const Grants& granted);
  void remove(std::string_view name);

  std::string run_id_;
  JobVariables variables_;
  std::string run_;
  std::string outer_trail_;  // of fanout itself, where it is in a job
  std::string mark_;
  std::vector<const char*> inherited_;  // without what fanout sets itself
  std::vector<const char*> current_;
  std::deque<std::string> own_;  // a deque, because current_ points into its strings
};

}  // namespace fanout
