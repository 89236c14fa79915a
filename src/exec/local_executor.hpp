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

#include "exec/inbox.hpp"
#include "exec/job_environment.hpp"
#include "fanout/base/result.hpp"
#include "fanout/executor.hpp"
#include "os/child.hpp"
#include "os/event_loop.hpp"
#include "os/fd.hpp"

namespace fanout {

/// Makes a value (compact JSON) of the standard output of an attempt that exited with 0.
using OutputParser = std::function<Result<std::string>(std::string_view)>;

struct LocalExecutorOptions {
  enum class Stdio {
    capture,  ///< standard output and error are read
    inherit,  ///< they are fanout's own, and so is the terminal while a job runs
  };

  Stdio stdio = Stdio::capture;
  std::optional<std::uint64_t> capture_limit;  ///< bytes of each output to keep; empty: all
  OutputParser parse;                          ///< may be empty
  std::string run_id;                          ///< FANOUT_RUN
};

class LocalExecutor : public Executor {
 public:
  /// Both must outlive this.
  LocalExecutor(EventLoop& loop, Inbox& inbox, LocalExecutorOptions options);

  /// Whatever still runs is killed with its group, and nobody is told.
  ~LocalExecutor() override;

  void start(const StartAttempt& order) override;
  void stop(const StopAttempt& order) override;

 private:
  class Attempt;

  std::optional<SpawnError> launch(Attempt& attempt, const JobSpec& job);
  OrFailure<int> open_stdin(const Stdin& input, Fd& owner);
  void finish_if_over(Attempt& attempt);
  void finish(Attempt& attempt);
  Outcome outcome_of(const Result<Reaped>& reaped, const Output& out,
                     std::optional<std::string>& value) const;
  Outcome parse(const Output& out, std::optional<std::string>& value) const;

  EventLoop& loop_;
  Inbox& inbox_;
  LocalExecutorOptions options_;
  Spawner spawner_;
  JobEnvironment environment_;
  Fd null_;
  std::map<AttemptId, std::unique_ptr<Attempt>> attempts_;
};

}  // namespace fanout
