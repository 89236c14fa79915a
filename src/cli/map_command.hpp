// `fanout map`.
#pragma once

#include "cli/exit_code.hpp"
#include "cli/words.hpp"

namespace fanout {

ExitCode map_command(const Words& words);

}  // namespace fanout
