#include "fanout/base/blob.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace fanout {

bool BlobStore::take_memory(std::size_t size) {
  if (size > limits_.all - std::min(taken_, limits_.all)) return false;
  taken_ += size;
  return true;
}

Blob::~Blob() {
  store_.give_memory_back(counted_);
  for (const Scratch::Block block : blocks_) store_.scratch().give_back(block);
}

Result<void> Blob::append(std::string_view bytes) {
  if (blocks_.empty()) {
    const std::string_view first = bytes.substr(0, make_room(bytes.size()));
    memory_ += first;
    end_ += first.size();
    bytes.remove_prefix(first.size());
  }
  return bytes.empty() ? Result<void>() : append_to_blocks(bytes);
}

/// How many of `more` bytes memory has room for.
std::size_t Blob::make_room(std::size_t more) {
  const BlobLimits& limits = store_.limits();
  std::size_t allowed = std::max(counted_, limits.free);
  const std::size_t needed = memory_.size() + more;
  if (needed > allowed) {
    // Twice as much each time, so that a stream of small pieces is not copied for every one.
    const std::size_t wanted = std::min(std::max(needed, 2 * memory_.size()), limits.each);
    if (wanted > allowed && store_.take_memory(wanted - counted_)) {
      allowed = counted_ = wanted;
      memory_.reserve(allowed);
    }
  }
  return std::min(more, allowed - std::min(allowed, memory_.size()));
}

Result<void> Blob::append_to_blocks(std::string_view bytes) {
  if (blocks_.empty()) blocks_begin_ = end_;
  while (!bytes.empty()) {
    const std::uint64_t used = (end_ - blocks_begin_) % Scratch::kBlockSize;
    if (end_ - blocks_begin_ == blocks_.size() * Scratch::kBlockSize) {
      const Result<Scratch::Block> block = store_.scratch().take();
      if (!block) return block.error();
      blocks_.push_back(*block);
    }
    const auto count = std::min<std::uint64_t>(bytes.size(), Scratch::kBlockSize - used);
    Result<void> written = store_.scratch().write(blocks_.back(), used, bytes.substr(0, count));
    if (!written) return written;
    end_ += count;
    bytes.remove_prefix(count);
  }
  return {};
}

void Blob::drop_front(std::uint64_t count) {
  assert(count <= size() && "more is dropped than there is");
  if (blocks_.empty()) {
    memory_.erase(0, static_cast<std::size_t>(count));
    end_ = memory_.size();
    return;
  }
  begin_ += count;
  drop_blocks();
  if (begin_ < memory_.size()) return;
  std::string().swap(memory_);  // an assignment would keep the memory
  store_.give_memory_back(std::exchange(counted_, 0));
  if (blocks_.empty()) begin_ = end_ = 0;
}

void Blob::drop_blocks() {
  std::size_t gone = 0;
  while (gone < blocks_.size() &&
         begin_ >= std::min(end_, blocks_begin_ + (gone + 1) * Scratch::kBlockSize)) {
    store_.scratch().give_back(blocks_[gone++]);
  }
  blocks_.erase(blocks_.begin(), blocks_.begin() + static_cast<std::ptrdiff_t>(gone));
  blocks_begin_ += gone * Scratch::kBlockSize;
}

Result<void> Blob::read(std::uint64_t offset, std::span<char> into) const {
  assert(offset + into.size() <= size() && "more is read than there is");
  std::uint64_t place = begin_ + offset;
  while (!into.empty()) {
    std::size_t count = 0;
    if (place < memory_.size()) {
      count = memory_.copy(into.data(), into.size(), static_cast<std::size_t>(place));
    } else {
      const std::uint64_t in_blocks = place - blocks_begin_;
      const std::size_t from = in_blocks % Scratch::kBlockSize;
      count = std::min(into.size(), Scratch::kBlockSize - from);
      Result<void> read =
          store_.scratch().read(blocks_[in_blocks / Scratch::kBlockSize], from, into.first(count));
      if (!read) return read;
    }
    place += count;
    into = into.subspan(count);
  }
  return {};
}

Result<std::string> Blob::copy(std::uint64_t offset, std::uint64_t count) const {
  std::string bytes(static_cast<std::size_t>(count), '\0');
  Result<void> filled = read(offset, bytes);
  if (!filled) return std::move(filled).error();
  return bytes;
}

std::string_view Blob::view(std::uint64_t offset, std::size_t count) const {
  const std::uint64_t place = begin_ + offset;
  if (place + count > memory_.size()) return {};
  return std::string_view(memory_).substr(static_cast<std::size_t>(place), count);
}

}  // namespace fanout
