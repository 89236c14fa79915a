// News for the Scheduler. It may be late or stale; an unknown attempt is ignored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "fanout/base/time.hpp"
#include "fanout/ids.hpp"
#include "fanout/outcome.hpp"
#include "fanout/output.hpp"

namespace fanout {

/// What one process used, from wait4(2).
struct Usage {
  Duration user{};
  Duration system{};
  std::optional<std::uint64_t>
      max_rss_kib;  ///< empty where the kernel's number is not the job's own
};

/// What became of the blocks of an attempt that took more than one; for any other it says nothing.
struct InputUse {
  std::uint64_t given = 0;    ///< bytes of the blocks that were its own
  std::uint64_t untaken = 0;  ///< of these, what it has not read
};

/// An attempt is over: its process is gone and its output closed. `end` is how the process
/// ended, not why: TimedOut and Cancelled are the Scheduler's to say.
struct AttemptEnded {
  AttemptId id;
  Outcome end;
  Instant at{};
  Usage usage;
  Output out;
  Output err;
  std::optional<std::string> value;  ///< standard output as compact JSON, when it was parsed
  InputUse input_use;
};

/// The process of an attempt has exited, but others that came of it go on: they hold its output,
/// or are to be ended. Told only then; the AttemptEnded comes when they are gone or after a
/// StopAttempt.
struct ProcessExited {
  AttemptId id;
  Instant at{};
};

/// An attempt could not be started for want of something that others may give back: descriptors,
/// processes, memory. It never was; the job waits for its turn as before.
struct StartRefused {
  AttemptId id;
  std::string message;  ///< call, object and errno text
};

/// fanout was stopped for so long, its jobs with it, and goes on.
struct RunResumed {
  Duration stopped_for{};
};

/// The user wants another number of workers. What runs goes on, also when fewer are wanted.
struct WorkersChanged {
  enum class How {
    to,  ///< so many; 1 at least
    by,  ///< so many more, or fewer, than were wanted before; unlimited stays so
  };
  How how = How::to;
  std::int64_t amount = 1;
};

/// How busy the machine is: so many more than run now may run, until this is said again.
struct CapacityChanged {
  std::uint32_t room = 0;
};

/// Somebody wants to know what is running.
struct StatusAsked {};

/// Somebody asked for the end of the run.
struct AbortAsked {
  bool kill = false;  ///< what runs is ended too
};

/// What ends from now on is not recorded.
struct JournalFailed {};

/// fanout itself received a signal that asks it to end.
struct SignalArrived {
  int number = 0;
};

/// The job source that said NotYet may have something now.
struct InputArrived {};

/// Nobody reads our results any more.
struct ReaderGone {};

using Notice = std::variant<AttemptEnded, ProcessExited, StartRefused, RunResumed, WorkersChanged,
                            CapacityChanged, StatusAsked, AbortAsked, JournalFailed, SignalArrived,
                            InputArrived, ReaderGone>;

}  // namespace fanout
