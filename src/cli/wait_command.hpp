// `fanout wait` and `fanout finished`.
#pragma once

#include "cli/words.hpp"

namespace fanout {

// Each returns the exit code.

int wait_command(const Words& words);
int finished_command(const Words& words);

}  // namespace fanout
