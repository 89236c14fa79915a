// Whose the terminal on standard input is. Only for a child that gets fanout's own streams.
#pragma once

namespace fanout {

/// Standard input is a terminal and fanout's group is the one in its foreground.
bool owns_terminal();

}  // namespace fanout
