// Text that waits: many small ones share a blob, which goes when the last of them has gone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "fanout/base/blob.hpp"

namespace fanout {

class Shelf {
 public:
  /// What a store for shelves should hold in memory.
  static constexpr BlobLimits kLimits{std::size_t{16} << 20, Scratch::kBlockSize, 0};

  /// The store must outlive this and all slices.
  explicit Shelf(BlobStore& store) : store_(store) {}

  Result<BlobSlice> put(std::string_view text);

 private:
  static constexpr std::uint64_t kPage = Scratch::kBlockSize;

  BlobStore& store_;
  std::shared_ptr<Blob> page_;
};

}  // namespace fanout
