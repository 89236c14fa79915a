// `fanout call`.
#pragma once

#include "cli/words.hpp"

namespace fanout {

/// The exit code is the called command's.
int call_command(const Words& words);

}  // namespace fanout
