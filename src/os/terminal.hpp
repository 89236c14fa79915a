// Whose the controlling terminal is. Only for a child that gets fanout's own streams.
#pragma once

namespace fanout {

/// There is a terminal, whatever standard input is, and fanout's group is in its foreground.
bool owns_terminal();

}  // namespace fanout
