// The pump between source, scheduler, executor, reactor and sink. It decides nothing.
#pragma once

#include <optional>

#include "fanout/executor.hpp"
#include "fanout/reactor.hpp"
#include "fanout/source.hpp"
#include "run/tee.hpp"
#include "sched/scheduler.hpp"

namespace fanout {

/// Runs until every job that was read has its record and the sinks have heard all of it.
/// Returns the error that ended the input early, if one did; what sinks failed at, `sinks` knows.
std::optional<Error> run(JobSource& source, Scheduler& scheduler, Executor& executor,
                         Reactor& reactor, Tee& sinks);

}  // namespace fanout
