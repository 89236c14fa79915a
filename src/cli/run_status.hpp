// How a run stands, for people and for programs.
#pragma once

#include <string>

#include "cli/run_state.hpp"

namespace fanout {

/// One object on one line, without a newline.
std::string status_json(const RunDirectory& run, const RunState& state);
/// The same of one whose journal cannot be read.
std::string status_json(const RunDirectory& run, const Error& problem);

/// A few lines.
std::string status_text(const RunDirectory& run, const RunState& state);

/// One line: handle, state, counts, start, command.
std::string status_line(const RunDirectory& run, const RunState& state);
std::string status_line(const RunDirectory& run, const Error& problem);

}  // namespace fanout
