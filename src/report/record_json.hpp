// A record as JSON: the one place that knows its fields (fanout-result(5)).
#pragma once

#include <string>

#include "fanout/record.hpp"
#include "report/run_info.hpp"

namespace fanout {

/// Appends the record as compact JSON on one line, without a newline. Always valid UTF-8.
void append_record(std::string& out, const JobRecord& record, const RunClock& clock);

/// Appends what `-o values` shows of the record: its value, or what stands for a failure.
/// `replacement` is the JSON of --replace-failed, or empty.
void append_value(std::string& out, const JobRecord& record, const std::string& replacement);

void append_summary(std::string& out, const Summary& summary);

}  // namespace fanout
