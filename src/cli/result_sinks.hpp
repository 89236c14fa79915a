// What the results of a run are written by, and what of the jobs' outputs goes there before they
// end.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "cli/execute.hpp"
#include "cli/streams.hpp"
#include "cli/text_streams.hpp"
#include "exec/local_executor.hpp"
#include "fanout/base/blob.hpp"
#include "fanout/sink.hpp"
#include "report/run_info.hpp"

namespace fanout {

/// What results are written to and wait in.
struct ResultParts {
  Streams to;
  TextStreams& text;
  BlobStore& outputs;
  BlobStore& waiting;
  std::function<bool()> is_full;
};

/// Where jobs' outputs go before their end.
struct Outlets {
  Outlet outlet;
  std::function<std::unique_ptr<AttemptOutlets>(const StartAttempt&)> of_attempt;
};

/// How much of each output somebody may want to see when its job has ended.
std::optional<std::uint64_t> to_keep(const RunRequest& request);

/// What results are written by; null where nothing is written. Sets `outlets` when it can take what
/// jobs say before they end.
std::unique_ptr<Sink> result_sink(const RunRequest& request, RunInfo info, std::uint32_t workers,
                                  const ResultParts& parts, Outlets& outlets);

}  // namespace fanout
