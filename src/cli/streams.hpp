// Where a run writes: results, and what is said to people.
#pragma once

#include "fanout/base/bytes.hpp"

namespace fanout {

struct Streams {
  ByteWriter& out;
  ByteWriter& err;
};

}  // namespace fanout
