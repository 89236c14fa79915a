// The controlling terminal. Only for a child that gets fanout's own streams.
#pragma once

namespace fanout {

/// There is one, whatever standard input is, and whether or not we are in its foreground.
bool has_terminal();

}  // namespace fanout
