// Bytes of any number: the first of them in memory, the rest in blocks of a scratch space.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/base/bytes.hpp"
#include "fanout/base/result.hpp"

namespace fanout {

/// How much memory blobs may take, in bytes.
struct BlobLimits {
  std::size_t all = std::size_t{16} << 20;  ///< for all of them together
  std::size_t each = std::size_t{1} << 20;  ///< for each one
  std::size_t free = 4096;                  ///< what each may take without being counted
};

/// Where the blobs of one purpose keep their bytes. Must outlive them.
class BlobStore {
 public:
  /// `scratch` is used only when there is no room in memory, and must outlive this.
  explicit BlobStore(Scratch& scratch, BlobLimits limits = {})
      : scratch_(scratch), limits_(limits) {}
  BlobStore(const BlobStore&) = delete;
  BlobStore& operator=(const BlobStore&) = delete;

  Scratch& scratch() { return scratch_; }
  const BlobLimits& limits() const { return limits_; }

  /// Whether so much more memory may be taken; then it is counted as taken.
  bool take_memory(std::size_t size);
  void give_memory_back(std::size_t size) { taken_ -= size; }
  std::size_t taken_memory() const { return taken_; }

 private:
  Scratch& scratch_;
  BlobLimits limits_;
  std::size_t taken_ = 0;
};

/// Grows at its end and may be cut at its front. Gives its memory and blocks back when it goes.
class Blob {
 public:
  explicit Blob(BlobStore& store) : store_(store) {}
  ~Blob();
  Blob(const Blob&) = delete;
  Blob& operator=(const Blob&) = delete;

  std::uint64_t size() const { return end_ - begin_; }

  /// After an error only the first part of `bytes` was appended; size() says how much.
  Result<void> append(std::string_view bytes);

  /// Forgets the first `count` bytes; at most all of them.
  void drop_front(std::uint64_t count);

  /// Fills `into` from `offset` on. Precondition: there are so many.
  Result<void> read(std::uint64_t offset, std::span<char> into) const;

  /// The same as a string. Precondition: there are so many.
  Result<std::string> copy(std::uint64_t offset, std::uint64_t count) const;

  /// Those bytes without a copy when they are all in memory, else nothing (a null data()). Valid
  /// until something is appended or dropped.
  std::string_view view(std::uint64_t offset, std::size_t count) const;

 private:
  std::size_t make_room(std::size_t more);
  void drop_blocks();
  Result<void> append_to_blocks(std::string_view bytes);

  // Places are counted from the first byte that was ever in here. Memory holds those from 0 on,
  // the blocks those from blocks_begin_ on.
  BlobStore& store_;
  std::string memory_;
  std::size_t counted_ = 0;  // of the store's memory
  std::vector<Scratch::Block> blocks_;
  std::uint64_t blocks_begin_ = 0;
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
};

/// A part of a blob that nobody changes any more, but for appending to it.
struct BlobSlice {
  std::shared_ptr<const Blob> blob;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

}  // namespace fanout
