// What one stream of a process said, as far as it was kept.
#pragma once

#include <cstdint>
#include <string>

namespace fanout {

struct Output {
  std::string bytes;              ///< what was kept: all of it, or the tail
  std::uint64_t total_bytes = 0;  ///< what the process wrote

  bool is_truncated() const { return bytes.size() < total_bytes; }
};

}  // namespace fanout
