// `fanout run`.
#pragma once

#include "cli/exit_code.hpp"
#include "cli/words.hpp"

namespace fanout {

ExitCode run_command(const Words& words);

}  // namespace fanout
