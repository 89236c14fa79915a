// A record as JSON: the one place that knows its fields (fanout-result(5)).
#pragma once

#include <string>

#include "fanout/base/result.hpp"
#include "fanout/base/rope.hpp"
#include "fanout/record.hpp"
#include "fanout/run_clock.hpp"

namespace fanout {

/// Appends the record as compact JSON on one line, without a newline. Always valid UTF-8. The error
/// is that of a standard error that cannot be read back to be quoted.
Result<void> append_record(Rope& rope, const JobRecord& record, const RunClock& clock);

/// Appends what `-o values` shows of the record: its value, or what stands for a failure.
/// `replacement` is the JSON of --replace-failed, or empty.
Result<void> append_value(Rope& rope, const JobRecord& record, const std::string& replacement);

void append_summary(std::string& out, const Summary& summary);

}  // namespace fanout
