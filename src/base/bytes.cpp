#include "fanout/base/bytes.hpp"

#include <utility>

#include "fanout/base/rope.hpp"

namespace fanout {

Result<void> ByteWriter::write(Rope rope) {
  RopeReader reader(std::move(rope));
  while (true) {
    const Result<std::string_view> bytes = reader.next();
    if (!bytes) return bytes.error();
    if (bytes->empty()) return {};
    if (Result<void> written = write(*bytes); !written) return written;
  }
}

}  // namespace fanout
