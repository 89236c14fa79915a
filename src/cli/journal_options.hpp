// --journal, --resume and what belongs to them: where a run is recorded.
#pragma once

#include <optional>
#include <string>

#include "cli/detached_run.hpp"
#include "cli/typed_options.hpp"
#include "fanout/base/result.hpp"
#include "store/journal.hpp"

namespace fanout {

struct JournalRequest {
  std::string path;
  bool is_resume = false;         ///< it is there, and the run goes on
  bool runs_failed_again = true;  ///< of a run that goes on
  Durability durability = Durability::normal;
};

/// What was typed; empty when no journal is wanted. A detached run has one in its directory.
/// Options that contradict each other, or have no effect, are usage errors.
Result<std::optional<JournalRequest>> journal_request(
    const TypedOptions& typed, const std::optional<DetachedRun>& detached = {});

}  // namespace fanout
