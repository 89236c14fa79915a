// `fanout abort`.
#pragma once

#include "cli/words.hpp"

namespace fanout {

/// Returns the exit code.
int abort_command(const Words& words);

}  // namespace fanout
