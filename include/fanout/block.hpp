// A part of an input, cut at record borders, as the standard input of a job; and the seam towards
// where jobs that take one after the other get theirs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "fanout/base/result.hpp"

namespace fanout {

struct Block {
  std::string bytes;
  std::uint64_t size = 0;                   ///< also when the bytes are gone
  std::uint64_t offset = 0;                 ///< in the input
  std::shared_ptr<const std::string> file;  ///< the input; null when nobody can read it again

  /// Nobody will ask for the bytes any more: records may wait long, and the blocks are large.
  void let_go() { std::string().swap(bytes); }
};

struct NoBlockYet {};   ///< nothing now
struct EndOfBlocks {};  ///< and nothing ever after
using NextBlock = std::variant<std::shared_ptr<Block>, NoBlockYet, EndOfBlocks, Error>;

/// Lends blocks to jobs that run. As long as some are lent, there may be more of them later.
class BlockLender {
 public:
  virtual ~BlockLender() = default;

  /// Never blocks on a stream. What is wrong with the input is told elsewhere: it is an end.
  virtual NextBlock lend() = 0;

  /// Of `count` that were lent nobody has begun `untouched`, in this order; the others are used up.
  virtual void settle(std::size_t count, std::vector<std::shared_ptr<Block>> untouched) = 0;
};

}  // namespace fanout
