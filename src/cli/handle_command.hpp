// What the commands about detached runs share.
#pragma once

#include "cli/options.hpp"
#include "cli/typed_options.hpp"
#include "cli/words.hpp"
#include "fanout/base/result.hpp"

namespace fanout {

/// Reads the options of a command, then shows its help or does what it does. Returns the exit code.
int answer(CommandSet command, const Words& words, int (*carry_out)(const TypedOptions& typed));

/// Says it; returns the exit code for it.
int refuse(const Error& error);

}  // namespace fanout
