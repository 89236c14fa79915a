// Collects small writes: a record is a few hundred bytes, and there may be a million of them.
#pragma once

#include <string>
#include <string_view>

#include "fanout/base/bytes.hpp"

namespace fanout {

class BufferedWriter : public ByteWriter {
 public:
  /// `to` must outlive this.
  explicit BufferedWriter(ByteWriter& to) : to_(to) {}

  using ByteWriter::write;
  Result<void> write(std::string_view bytes) override {
    held_ += bytes;
    return held_.size() < kMost ? Result<void>() : flush();
  }

  /// To be called at the end: what is still held goes with this.
  Result<void> flush() {
    Result<void> written = held_.empty() ? Result<void>() : to_.write(held_);
    held_.clear();
    return written;
  }

 private:
  static constexpr std::size_t kMost = std::size_t{64} << 10;

  ByteWriter& to_;
  std::string held_;
};

}  // namespace fanout
