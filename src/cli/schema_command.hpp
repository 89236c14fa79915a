// `fanout schema`.
#pragma once

#include "cli/exit_code.hpp"
#include "cli/words.hpp"

namespace fanout {

ExitCode schema_command(const Words& words);

}  // namespace fanout
