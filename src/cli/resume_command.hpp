// `fanout resume`.
#pragma once

#include "cli/words.hpp"

namespace fanout {

/// Returns the exit code.
int resume_command(const Words& words);

}  // namespace fanout
