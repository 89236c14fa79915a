// What fanout says to a person, on standard error. The one place that knows the prefix.
#pragma once

#include <string>

#include "cli/exit_code.hpp"
#include "fanout/base/result.hpp"

namespace fanout {

/// `fanout: MESSAGE`, control characters made visible.
void complain(const std::string& message);

/// Says it, unless it is about a reader that went away; returns the exit code for it.
ExitCode report(const Error& error);

/// Says so without allocating.
ExitCode out_of_memory();

/// Writes to standard output what was asked for (help, a schema).
ExitCode print(std::string_view text);

}  // namespace fanout
