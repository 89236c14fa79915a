// `fanout start`.
#pragma once

#include "cli/words.hpp"

namespace fanout {

/// Returns the exit code.
int start_command(const Words& words);

}  // namespace fanout
