// The seam towards where jobs come from.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>

#include "fanout/base/result.hpp"
#include "fanout/job.hpp"
#include "fanout/record.hpp"

namespace fanout {

struct NotYet {};     ///< nothing now; an InputArrived will come
struct EndOfJobs {};  ///< and nothing ever after
/// A job that an earlier run has recorded, and that is not to be run again. Who takes it may take the record
/// apart. Not null.
struct RecordedJob {
  std::shared_ptr<JobRecord> record;
};

using NextJob = std::variant<JobSpec, RecordedJob, NotYet, EndOfJobs, Error>;

/// Jobs are pulled one at a time, in input order, with indices 0, 1, 2…
class JobSource {
 public:
  virtual ~JobSource() = default;

  /// Never blocks on a stream. An Error is final: nothing may be asked for after it.
  virtual NextJob next() = 0;

  /// No more will be started: a source that might never end gives only what it has read.
  virtual void stop_reading() {}

  /// How many jobs there are in all, where that is known before they have been read.
  virtual std::optional<std::uint64_t> total() const { return std::nullopt; }
};

}  // namespace fanout
