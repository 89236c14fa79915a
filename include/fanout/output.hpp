// What one stream of a process said, as far as it was kept.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "fanout/base/blob.hpp"
#include "fanout/base/result.hpp"

namespace fanout {

/// A value: copies share the bytes.
struct Output {
  /// All of it, the tail, or the first part that there was room for; null when nothing was kept.
  std::shared_ptr<const Blob> kept;
  std::uint64_t total_bytes = 0;  ///< what the process wrote
  /// Where in `kept` its text begins: a tail may begin in the middle of a character. Empty when
  /// the bytes are not UTF-8.
  std::optional<std::uint64_t> text_from = 0;
  std::string failure;  ///< why the rest could not be kept; empty when all was that should be

  std::uint64_t size() const { return kept == nullptr ? 0 : kept->size(); }
  bool is_truncated() const { return size() < total_bytes; }

  BlobSlice slice(std::uint64_t from = 0) const { return {kept, from, size() - from}; }

  /// All that was kept, as one string.
  Result<std::string> bytes() const { return tail(size()); }
  /// At most the last `most` bytes of it.
  Result<std::string> tail(std::uint64_t most) const;
};

}  // namespace fanout
