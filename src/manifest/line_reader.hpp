// Cuts a stream of bytes into lines as they arrive, in linear time.
// Holds only what is unread and never waits: whether it blocks is up to its source.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "fanout/base/bytes.hpp"
#include "fanout/base/result.hpp"
#include "fanout/source.hpp"

namespace fanout {

class LineReader {
 public:
  enum class Bytes {
    exact,  ///< every byte between two delimiters belongs to a line
    text,   ///< a CR before the delimiter and a byte-order mark at the very start are dropped
  };
  struct Line {
    std::string_view text;     ///< valid until the next call
    std::uint64_t number = 0;  ///< from 1
    bool is_complete = true;   ///< false: the input ended without a delimiter
    bool has_cr = false;       ///< one was dropped before the delimiter
  };
  struct EndOfInput {};
  using Next = std::variant<Line, NotYet, EndOfInput, Error>;

  explicit LineReader(std::unique_ptr<ByteSource> source, char delimiter = '\n',
                      Bytes bytes = Bytes::text);

  /// An Error and the end are final. A delimiter at the very end makes no empty last line.
  Next next();

  // For whoever must look ahead before the first line is taken.

  /// Reads once; `end` means that unread() is all there will ever be.
  Result<ByteSource::State> fill();
  std::string_view unread() const;
  /// Everything up to the end. Only with a source that blocks, and instead of next().
  Result<std::string> rest();

  void stop();
  bool is_stopped() const { return is_stopped_; }

 private:
  bool may_become_mark() const;
  void drop_mark();
  Line take(std::size_t size, std::size_t delimiter_size);

  std::unique_ptr<ByteSource> source_;
  char delimiter_;
  Bytes bytes_;
  std::string buffer_;
  std::size_t begin_ = 0;    ///< what lies before it was taken
  std::size_t scanned_ = 0;  ///< no delimiter between `begin_` and here
  std::uint64_t lines_ = 0;
  bool at_start_ = true;
  bool is_ended_ = false;
  std::optional<Error> failure_;  ///< final
  bool is_stopped_ = false;
};

}  // namespace fanout
