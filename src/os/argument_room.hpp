// How much the system lets a program be given: its words and its environment together, and one
// word alone.
#pragma once

#include <cstddef>

namespace fanout {

struct ArgumentRoom {
  std::size_t bytes = 0;  ///< for all words, each with its end and its pointer
  std::size_t word = 0;   ///< for one, with its end
};

/// With our own environment counted, and room left for what jobs get besides.
ArgumentRoom argument_room();

}  // namespace fanout
