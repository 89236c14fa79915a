// `fanout results`.
#pragma once

#include "cli/words.hpp"

namespace fanout {

/// Returns the exit code.
int results_command(const Words& words);

}  // namespace fanout
