// `fanout map`.
#pragma once

#include "cli/words.hpp"

namespace fanout {

/// Returns the exit code.
int map_command(const Words& words);

}  // namespace fanout
