// A text made of pieces: strings, and slices of blobs that are written out (escaped, encoded,
// tagged) only when somebody takes them, a chunk at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "fanout/base/blob.hpp"
#include "fanout/base/encoding.hpp"
#include "fanout/base/result.hpp"

namespace fanout {

class Rope {
 public:
  Rope() = default;
  explicit Rope(std::string text) : text_(std::move(text)) {}
  Rope(Rope&&) = default;
  Rope& operator=(Rope&&) = default;

  /// The end, to append text to. The reference is good as long as the rope stays where it is.
  std::string& text() { return text_; }

  /// A small slice that is in memory is encoded at once; any other stays a reference.
  void append(BlobSlice slice, Encoding encoding);
  void append(Rope other);

  /// The slice as it is, as a reference whatever its size.
  void refer_to(BlobSlice slice);

  /// Control characters but newlines and tabs, and what is not UTF-8, are written as sanitize does.
  void make_visible() { is_visible_ = true; }

  bool empty() const { return text_.empty() && pieces_.empty(); }
  /// It is all in text().
  bool is_only_text() const { return pieces_.empty(); }
  /// Bytes it stands for, before they are encoded.
  std::uint64_t size() const;

  /// Puts what `set_aside` returns in the place of every string, and of small slices in memory.
  Result<void> set_aside(const std::function<Result<BlobSlice>(std::string_view)>& set_aside);

 private:
  friend class RopeReader;
  static constexpr std::size_t kEncodedAtOnce = 4096;

  struct Insert {
    BlobSlice slice;
    Encoding encoding;
  };
  using Piece = std::variant<std::string, Insert>;

  void end_text();
  bool extend_last(const Insert& insert);
  void add(Piece piece);

  std::vector<Piece> pieces_;
  std::string text_;  // after the pieces
  bool is_visible_ = false;
};

/// Gives a rope out in chunks and lets go of what was given.
class RopeReader {
 public:
  explicit RopeReader(Rope rope);

  /// The next bytes, none at the end. Valid until the next call.
  Result<std::string_view> next();

  /// Bytes that next() has not given yet, before they are encoded.
  std::uint64_t left() const { return left_; }

 private:
  Result<void> read_chunk();
  Result<void> add_chunk(const Rope::Insert& insert);
  void make_chunk_visible();
  void finish_piece();

  Rope rope_;
  std::size_t at_ = 0;      // the piece that is being read
  std::uint64_t done_ = 0;  // bytes of its slice that were read
  std::optional<Encoder> encoder_;
  std::uint64_t left_ = 0;
  std::string raw_;
  std::string chunk_;
  std::string cut_;  // a character whose rest is in the next chunk, when it is made visible
};

}  // namespace fanout
