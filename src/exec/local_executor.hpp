// Carries attempts out as child processes on this machine and tells how they ended. It decides
// nothing: neither what runs when, nor how long, nor what a failure means.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exec/feeder.hpp"
#include "exec/inbox.hpp"
#include "exec/job_environment.hpp"
#include "exec/job_terms.hpp"
#include "exec/local_attempt.hpp"
#include "fanout/base/blob.hpp"
#include "fanout/base/result.hpp"
#include "fanout/executor.hpp"
#include "os/cgroup.hpp"
#include "os/child.hpp"
#include "os/event_loop.hpp"
#include "os/fd.hpp"
#include "os/guardian.hpp"
#include "os/later_call.hpp"
#include "os/orphan_reaper.hpp"
#include "os/pid_set.hpp"
#include "os/process_tree.hpp"
#include "os/terminal.hpp"
#include "os/tree_watch.hpp"

namespace fanout {

/// Makes a value (compact JSON) of the standard output of an attempt that exited with 0.
using OutputParser = std::function<Result<std::string>(std::string_view)>;

struct LocalExecutorOptions {
  enum class Stdio {
    capture,  ///< standard output and error are read
    inherit,  ///< they are fanout's own, and so is the terminal while a job runs: one at a time
    live,     ///< they are fanout's own, for as many jobs at once as there are
  };

  Stdio stdio = Stdio::capture;
  /// Of live jobs. Shared, they are in a shell's job with us: ^C and ^Z reach all of them, and they
  /// may read the terminal.
  ProcessGroup live_group = ProcessGroup::own;
  CaptureOptions capture;  ///< of each output
  /// Where the standard output of an attempt that is the last of its job goes as it comes. For one
  /// attempt at a time, and only where nobody needs the whole. Null `to`: it is kept.
  Outlet outlet;
  /// Where both outputs of an attempt go as they come, of whichever and however many. May be empty.
  std::function<std::unique_ptr<AttemptOutlets>(const StartAttempt&)> outlets;
  OutputParser parse;  ///< may be empty
  std::string run_id;  ///< FANOUT_RUN
  JobVariables variables;
  std::vector<Resource> resources;  ///< of this run; numbers that others granted us are not theirs
  ProcessTerms terms;               ///< of jobs without their own
  /// Where attempts that take more than one block get theirs. Must outlive the executor; null where
  /// there are none.
  BlockLender* lender = nullptr;
  /// An attempt whose process has exited is told of as long as any process of it runs, also when
  /// none holds its output.
  bool waits_for_trees = false;
};

class LocalExecutor : public Executor {
 public:
  /// All must outlive this; `outputs`, where what jobs say is kept, also what it was told of them.
  /// From now on this process adopts orphans and reaps them.
  LocalExecutor(EventLoop& loop, Inbox& inbox, BlobStore& outputs, LocalExecutorOptions options);

  /// Whatever still runs is killed with its tree, and nobody is told.
  ~LocalExecutor() override;

  void start(const StartAttempt& order) override;
  void stop(const StopAttempt& order) override;

  /// Stops every process of every attempt, and lets them go on. What shares fanout's group is left
  /// to whoever stops that.
  void suspend();
  void resume();

  /// There is room in the outlet again.
  void read_on();

  /// Gives blocks to attempts that have room for more. To be called before each wait.
  void feed() { feeder_.feed(); }

  /// Kills what has neither kept its mark nor its parents, so that nobody knows to which job it
  /// belonged. For a run in which everything was to be ended.
  void kill_unclaimed();

  /// 0 when it runs no more.
  pid_t process_of(const AttemptId& id) const;

 private:
  std::optional<SpawnError> launch(LocalAttempt& attempt, const StartAttempt& order);
  std::optional<SpawnError> open_outputs(LocalAttempt& attempt, std::array<Fd, 3>& ends);
  OrFailure<int> open_stdin(LocalAttempt& attempt, const Stdin& input, Fd& owner);
  OrFailure<int> open_fed_stdin(LocalAttempt& attempt, const std::shared_ptr<Block>& first);
  InputUse settle_input(LocalAttempt& attempt);
  void on_exit(LocalAttempt& attempt);
  ProcessGroup group_of_jobs() const;
  bool is_guarded();
  bool makes_room(const SpawnError& refusal);
  std::unique_ptr<LocalAttempt> make_attempt(const StartAttempt& order);
  std::optional<Cgroup::Slot> mark_tree(LocalAttempt& attempt, SpawnRequest& request);
  bool is_ours(pid_t pid) const;
  void carry_out_stops();
  Family hurried_family();
  std::vector<LocalAttempt*> to_stop(StopAttempt::How how);
  std::vector<ProcessTree*> all_trees();
  void finish(LocalAttempt& attempt);
  Outcome outcome_of(const Result<Reaped>& reaped, AttemptEnded& ended) const;
  Outcome parse(const Output& out, std::optional<std::string>& value) const;

  EventLoop& loop_;
  Inbox& inbox_;
  BlobStore& outputs_;
  LocalExecutorOptions options_;
  PidSet leaders_;                  // started and not reaped
  std::unique_ptr<Cgroup> cgroup_;  // where one is delegated to us
  std::unique_ptr<Guardian> guardian_;
  std::vector<std::unique_ptr<Guardian>> former_guardians_;  // who were killed
  bool may_have_guardian_ = true;
  bool is_guarded_ = false;  // what is being started
  Family family_;
  OrphanReaper orphans_;
  TreeWatch watch_;
  LaterCall stop_later_;
  Spawner spawner_;
  JobEnvironment environment_;
  JobTerms terms_;
  Foreground foreground_;
  Feeder feeder_;
  Fd null_;
  std::vector<StopAttempt> stops_;  // to be carried out together
  std::map<AttemptId, std::unique_ptr<LocalAttempt>> attempts_;
};

}  // namespace fanout
