// Keeps what a process says, or the last part of it, and counts all of it. When there is no room
// for more it keeps what it has, goes on counting, and says so.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "fanout/base/blob.hpp"
#include "fanout/base/utf8.hpp"
#include "fanout/output.hpp"

namespace fanout {

class TailCapture {
 public:
  /// Empty: everything is kept. The store must outlive this and what was taken.
  TailCapture(BlobStore& store, std::optional<std::uint64_t> limit)
      : store_(store), limit_(limit.value_or(kNoLimit)) {}

  void append(std::string_view bytes);

  /// Gives away what was kept; once.
  Output take();

 private:
  static constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

  std::uint64_t keep(std::string_view bytes);
  void cut(std::uint64_t size);
  std::optional<std::uint64_t> text_start() const;

  BlobStore& store_;
  std::uint64_t limit_;
  std::shared_ptr<Blob> kept_;  // made with the first byte
  std::uint64_t total_bytes_ = 0;
  std::uint64_t kept_until_ = 0;  // of the bytes that came
  Utf8Checker checker_;           // has seen those until there, or enough of them
  std::string failure_;
};

}  // namespace fanout
