// `fanout close` and `fanout prune`.
#pragma once

#include "cli/words.hpp"

namespace fanout {

// Each returns the exit code.

int close_command(const Words& words);
int prune_command(const Words& words);

}  // namespace fanout
