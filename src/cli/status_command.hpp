// `fanout status` and `fanout list`.
#pragma once

#include "cli/words.hpp"

namespace fanout {

// Each returns the exit code.

int status_command(const Words& words);
int list_command(const Words& words);

}  // namespace fanout
