// `fanout run`.
#pragma once

#include "cli/words.hpp"

namespace fanout {

/// Returns the exit code.
int run_command(const Words& words);

}  // namespace fanout
