// How an attempt ends: one variant, visited without a default branch.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "fanout/base/time.hpp"

namespace fanout {

/// The process called exit, as wait(2) tells it. Exit and signal never share a number.
struct Exited {
  int code = 0;
};
struct Signaled {
  int number = 0;
  bool core_dumped = false;
};
using ExitStatus = std::variant<Exited, Signaled>;

/// It ran longer than `limit` and was ended for it. `status` is how it then ended.
struct TimedOut {
  Duration limit{};
  ExitStatus status;
};

/// It could not be executed. Never retried.
struct SpawnFailed {
  int error_number = 0;
  std::string message;     ///< call, object and errno text
  bool not_found = false;  ///< nothing of that name: exit code 127, otherwise 126
};

/// It exited with 0, but its output is not what --parse asked for.
struct ParseFailed {
  std::string message;
};

/// It exited with 0, but what it said was not kept whole (--capture), so nothing can be made of it.
struct CaptureFailed {
  std::string message;
};

/// Ended, or never started, by our decision.
struct Cancelled {
  enum class Reason { killed, deadline, not_started, dependency };
  Reason reason = Reason::killed;
  std::optional<ExitStatus> status;  ///< how a running one then ended; empty when never started
  std::string prerequisite = {};     ///< dependency: the job that did not succeed
};

/// The executor can no longer say what became of it.
struct Lost {
  std::string message;
};

using Outcome = std::variant<Exited, Signaled, TimedOut, SpawnFailed, ParseFailed, CaptureFailed,
                             Cancelled, Lost>;

enum class Status { succeeded, failed, aborted };

Status status_of(const Outcome& outcome);

/// `error.kind` of a record (fanout-result(5)); empty for a success.
std::string_view error_kind(const Outcome& outcome);

/// A sentence for `error.message`: "exited with 2", "killed by SIGKILL". Empty for a success.
std::string describe(const Outcome& outcome);

/// How the process itself ended; empty when there was none. A spawn failure gives 126 or 127.
std::optional<ExitStatus> exit_status(const Outcome& outcome);

/// "SIGKILL" for 9; "SIGRTMIN+3" for real-time signals.
std::string signal_name(int number);

/// The number of "SIGKILL", "KILL" or "9"; empty for what is no signal.
std::optional<int> signal_number(std::string_view name);

std::string_view status_name(Status status);

}  // namespace fanout
