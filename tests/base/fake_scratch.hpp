// A scratch space in memory that can be full, and knows what is in use.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "fanout/base/blob.hpp"
#include "fanout/base/bytes.hpp"

namespace fanout {

struct FakeScratch : Scratch {
  std::map<Block, std::string> used;
  Block next = 0;
  std::size_t taken = 0;                          ///< how often a block was taken
  std::optional<std::size_t> room;                ///< blocks that can be in use at once
  std::optional<std::size_t> writes_before_full;  ///< then every write is refused
  bool is_unreadable = false;

  static Error full() {
    return {ErrorKind::output, "write a scratch file in \"/t\": No space left on device"};
  }

  Result<Block> take() override {
    if (room && used.size() >= *room) return full();
    used.emplace(next, std::string(kBlockSize, '?'));
    ++taken;
    return Block{next++};
  }
  void give_back(Block block) override { REQUIRE(used.erase(block) == 1); }
  Result<void> write(Block block, std::size_t offset, std::string_view bytes) override {
    if (writes_before_full && std::exchange(*writes_before_full, *writes_before_full - 1) == 0) {
      writes_before_full = 0;
      return full();
    }
    REQUIRE(offset + bytes.size() <= kBlockSize);
    used.at(block).replace(offset, bytes.size(), bytes);
    return {};
  }
  Result<void> read(Block block, std::size_t offset, std::span<char> into) override {
    if (is_unreadable) return Error{ErrorKind::output, "read a scratch file: Input/output error"};
    REQUIRE(offset + into.size() <= kBlockSize);
    used.at(block).copy(into.data(), into.size(), offset);
    return {};
  }
};

/// One whose use is a failure of the test.
struct NoScratch : FakeScratch {
  NoScratch() { room = 0; }
  Result<Block> take() override {
    FAIL("nothing was to go to a scratch file");
    return FakeScratch::take();
  }
};

/// `size` bytes of which no two neighbouring runs are alike.
inline std::string some_bytes(std::size_t size, unsigned seed = 1) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) {
    seed = seed * 1664525 + 1013904223;
    byte = static_cast<char>(seed >> 24);
  }
  return bytes;
}

}  // namespace fanout
