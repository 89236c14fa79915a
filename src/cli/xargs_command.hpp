// `fanout xargs`, which is also what a program called `xargs` does.
#pragma once

#include <string>
#include <vector>

#include "cli/words.hpp"

namespace fanout {

/// `program` is the name by which it speaks of itself.
int xargs_command(const std::string& program, const Words& words);

/// Whether a program called by this name is to be xargs.
bool is_xargs_name(const std::string& program);

/// One line an option, as option_table() has them.
std::string xargs_option_table();

}  // namespace fanout
