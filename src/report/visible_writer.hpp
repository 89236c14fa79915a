// Text on its way to a terminal: what could drive it is made visible, newlines and tabs stay.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "fanout/base/bytes.hpp"
#include "fanout/base/rope.hpp"

namespace fanout {

/// How a terminal gets the control characters of -o text.
enum class Controls { visible, raw };

class VisibleWriter : public ByteWriter {
 public:
  /// `to` must outlive this.
  explicit VisibleWriter(ByteWriter& to) : to_(to) {}

  Result<void> write(std::string_view bytes) override { return write(Rope(std::string(bytes))); }
  Result<void> write(Rope rope) override {
    rope.make_visible();
    return to_.write(std::move(rope));
  }

 private:
  ByteWriter& to_;
};

}  // namespace fanout
