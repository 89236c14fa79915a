// What is said of a run's progress: one line that fits, or one for a log.
#pragma once

#include <cstddef>
#include <string>

#include "report/progress.hpp"

namespace fanout {

/// At most `width` columns, without a newline: what matters least is left out first. Colours take
/// no columns.
std::string progress_line(const ProgressView& view, std::size_t width, bool is_colored);

/// A line without control characters, with its newline.
std::string progress_report(const ProgressView& view);

/// `250/s`, `3.2/s`, `12/m`, `1.5/h`: in the unit in which it is no fraction.
std::string rate_text(double jobs_a_second);

}  // namespace fanout
