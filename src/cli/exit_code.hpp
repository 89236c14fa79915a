// The exit codes of fanout: one enum, documented in fanout(1), merged by one function, and put into
// the words of other tools where --exit-status asks for it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "fanout/base/result.hpp"
#include "fanout/outcome.hpp"
#include "fanout/settings.hpp"

namespace fanout {

/// In rising strength: of several reasons the strongest decides.
enum class ExitCode {
  success = 0,
  job_failed = 1,     ///< some job did not succeed
  usage = 2,          ///< wrong command line or manifest
  output_failed = 3,  ///< results could not be written
  not_possible = 4,   ///< the run could not be carried out
};

/// What was waited for has not come, as timeout(1) says it.
constexpr int kTimeIsUp = 124;

constexpr ExitCode stronger(ExitCode a, ExitCode b) {
  return std::max(a, b);
}

constexpr ExitCode exit_code_for(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage: return ExitCode::usage;
    case ErrorKind::system: return ExitCode::not_possible;
    case ErrorKind::output:
    case ErrorKind::reader_gone: return ExitCode::output_failed;
  }
  return ExitCode::not_possible;
}

/// What a shell would say of a job that did not succeed: its own code, 128+N after signal N, 124
/// after a timeout, 126 or 127 for what could not be started, 1 for a failure of any other kind.
int exit_code_of(const Outcome& outcome);

/// The same of a plain call, which has an exit code of its own for what had no process: 4.
int exit_code_of_call(const Outcome& outcome);

/// The process ended by itself: its exit code says all that there is to say.
bool is_plain_end(const Outcome& outcome);

/// What xargs says of it: 123 to 127, the worse the larger.
int xargs_code_of(const Outcome& outcome);

/// What the jobs of a run came to, as far as an exit code can speak of it.
struct Verdict {
  std::uint64_t jobs = 0;
  std::uint64_t failed = 0;
  std::uint64_t aborted = 0;
  bool is_late = false;     ///< the deadline cut the run
  Halt halt;                ///< as asked for
  bool has_halted = false;  ///< the run came to it
  int first_code = 0;       ///< of the failed job that comes first in the input; 0 when none failed
  int halting_code = 0;     ///< of the one that failed first
  int greatest_code = 0;
  int greatest_xargs_code = 0;

  /// What was asked for has come about.
  bool is_success() const;
};

/// `problem` is what else went wrong than jobs: success when nothing did.
int exit_code(ExitStyle style, const Verdict& verdict, ExitCode problem);

/// The code for a run that did not come to run anything.
int exit_code(ExitStyle style, ExitCode problem);

}  // namespace fanout
