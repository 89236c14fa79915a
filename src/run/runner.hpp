// The pump between source, scheduler, executor, reactor and sink. It decides nothing.
#pragma once

#include <optional>

#include "fanout/executor.hpp"
#include "fanout/reactor.hpp"
#include "fanout/sink.hpp"
#include "fanout/source.hpp"
#include "sched/scheduler.hpp"

namespace fanout {

/// Runs until every job that was read has its record and the sink has heard all of it.
/// Returns the error that ended the input early, if one did.
std::optional<Error> run(JobSource& source, Scheduler& scheduler, Executor& executor,
                         Reactor& reactor, Sink& sink);

}  // namespace fanout
