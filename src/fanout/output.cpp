#include "fanout/output.hpp"

#include <algorithm>

namespace fanout {

Result<std::string> Output::tail(std::uint64_t most) const {
  const std::uint64_t count = std::min(most, size());
  return count == 0 ? Result<std::string>(std::string()) : kept->copy(size() - count, count);
}

}  // namespace fanout
