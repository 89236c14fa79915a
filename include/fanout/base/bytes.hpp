// Where bytes come from, go to, and wait: the three small interfaces between those who
// understand bytes and those who own file descriptors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "fanout/base/result.hpp"

namespace fanout {

class Rope;

class ByteSource {
 public:
  enum class State {
    bytes,    ///< some were appended
    not_yet,  ///< none now; whoever waits on the reactor is woken when there are
    end,      ///< no more will ever come
  };

  virtual ~ByteSource() = default;

  /// Appends what can be had without waiting. An error is final.
  virtual Result<State> read(std::string& into) = 0;

  /// From now on a source that might never end (a pipe, a terminal) says `end`; a file goes on.
  virtual void stop() {}
};

class ByteWriter {
 public:
  virtual ~ByteWriter() = default;

  /// Writes all of it, or returns why not: reader_gone when nobody reads any more, else output.
  virtual Result<void> write(std::string_view bytes) = 0;

  /// The same for what is not in memory as a whole.
  virtual Result<void> write(Rope rope);
};

/// A private scratch space for bytes that memory has no room for, in blocks of one size. Gone with
/// the object. Errors are those of output: what cannot be set aside cannot be written later.
class Scratch {
 public:
  using Block = std::uint32_t;
  static constexpr std::size_t kBlockSize = std::size_t{256} << 10;

  virtual ~Scratch() = default;

  /// A block that nobody else uses. What it holds is undefined.
  virtual Result<Block> take() = 0;
  virtual void give_back(Block block) = 0;

  /// All of it or an error; within the block.
  virtual Result<void> write(Block block, std::size_t offset, std::string_view bytes) = 0;
  /// Fills `into`. Reading what was never written is an error or undefined bytes.
  virtual Result<void> read(Block block, std::size_t offset, std::span<char> into) = 0;
};

}  // namespace fanout
