// A small process that ends all process trees of a run when fanout dies without having ended them:
// by SIGKILL, or by a bug of ours. While fanout lives it does nothing.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "fanout/base/result.hpp"
#include "os/fd.hpp"
#include "os/process_tree.hpp"

namespace fanout {

class Guardian {
 public:
  /// Forks, so the earlier the cheaper. `run` is the first part of the marks of all trees. After an
  /// error there is none, and children are better told to die with us.
  /// `cgroup` is a directory that holds nobody but them; empty: none.
  static Result<std::unique_ptr<Guardian>> start(const std::string& run,
                                                 const std::string& cgroup = {});

  /// Dismisses it: nothing is ended, whatever still runs.
  ~Guardian();
  Guardian(const Guardian&) = delete;
  Guardian& operator=(const Guardian&) = delete;

  /// Where the number of the process in a worker slot (from 1) is kept from its birth until it is
  /// reaped; see LaunchPlan. Null when there are more slots than places. Good while this lives.
  pid_t* place(std::uint32_t slot);

  /// A child of ours that nobody else may wait for.
  pid_t pid() const { return pid_; }

  bool is_alive() const;

 private:
  struct Places;

  [[noreturn]] static void guard(pid_t parent, int reader, ProcessTree whole_run,
                                 const Places& places, Family family) noexcept;

  Guardian(Places* places, Fd lifeline) : places_(places), lifeline_(std::move(lifeline)) {}

  Places* places_;  // shared with the guardian
  Fd lifeline_;     // a pipe that our death ends
  pid_t pid_ = -1;
};

}  // namespace fanout
