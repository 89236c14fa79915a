// Where bytes come from, go to, and wait: the three small interfaces between those who
// understand bytes and those who own file descriptors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fanout/base/result.hpp"

namespace fanout {

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
};

/// A private scratch space for bytes that wait for their turn. Gone with the object.
class Scratch {
 public:
  virtual ~Scratch() = default;

  /// Returns the offset at which `bytes` can be read again.
  virtual Result<std::uint64_t> append(std::string_view bytes) = 0;
  virtual Result<std::string> read(std::uint64_t offset, std::size_t size) = 0;
};

}  // namespace fanout
