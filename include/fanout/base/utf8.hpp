// UTF-8 in pieces: whether bytes that come in chunks are text, wherever the chunks were cut.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace fanout {

/// Well-formed is what is_utf8() (text.hpp) calls so. Keeps nothing of what it is shown.
class Utf8Checker {
 public:
  void add(std::string_view bytes);

  /// Some of it is not text, whatever may come.
  bool has_failed() const { return last_error_.has_value(); }

  /// Where the last ill-formed sequence begins, counted from the first byte added. One that is not
  /// complete yet counts. Empty: all of it is text. From any later byte that begins a character on,
  /// it is text as well.
  std::optional<std::uint64_t> last_error() const;

 private:
  void scan(std::string_view bytes);
  void begin_sequence(unsigned char first, std::uint64_t at);
  void step(unsigned char c, std::uint64_t at);

  std::uint64_t size_ = 0;
  std::uint64_t sequence_start_ = 0;
  std::optional<std::uint64_t> last_error_;
  unsigned char missing_ = 0;  // continuation bytes of the sequence that was begun
  unsigned char low_ = 0x80;   // what the next of them may be
  unsigned char high_ = 0xBF;
};

}  // namespace fanout
