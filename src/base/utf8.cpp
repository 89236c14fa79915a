#include "fanout/base/utf8.hpp"

#include "base/eight_bytes.hpp"

namespace fanout {
namespace {

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// The place of the first byte from `i` on that is not ASCII, or the end. Most text is ASCII.
std::size_t ascii_until(std::string_view bytes, std::size_t i) {
  for (; bytes.size() - i >= 8; i += 8) {
    const std::uint64_t marks = load_eight(bytes.data() + i) & kHighBits;
    if (marks != 0) return i + first_marked(marks);
  }
  while (i < bytes.size() && static_cast<unsigned char>(bytes[i]) < 0x80) ++i;
  return i;
}

}  // namespace

// Table 3-7 of the Unicode standard: only the byte after the first is restricted further.
void Utf8Checker::begin_sequence(unsigned char first, std::uint64_t at) {
  sequence_start_ = at;
  low_ = 0x80;
  high_ = 0xBF;
  if (first < 0x80) return;
  if (first < 0xC2 || first > 0xF4) {
    last_error_ = at;
    return;
  }
  missing_ = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
  if (first == 0xE0) low_ = 0xA0;   // overlong
  if (first == 0xED) high_ = 0x9F;  // surrogates
  if (first == 0xF0) low_ = 0x90;   // overlong
  if (first == 0xF4) high_ = 0x8F;  // above U+10FFFF
}

void Utf8Checker::step(unsigned char c, std::uint64_t at) {
  if (missing_ == 0) return begin_sequence(c, at);
  if (c >= low_ && c <= high_) {
    --missing_;
    low_ = 0x80;
    high_ = 0xBF;
    return;
  }
  last_error_ = sequence_start_;
  missing_ = 0;
  begin_sequence(c, at);
}

void Utf8Checker::add(std::string_view bytes) {
  // Only the last error matters. Of bytes that are no text it is near the end; there a character
  // begins with any byte that continues none, whatever came before it.
  constexpr std::size_t kNearEnd = 512;
  if (bytes.size() > 2 * kNearEnd) {
    std::size_t start = bytes.size() - kNearEnd;
    while (start < bytes.size() && is_continuation(bytes[start])) ++start;
    Utf8Checker end;
    end.size_ = size_ + start;
    end.scan(bytes.substr(start));
    if (end.has_failed()) {
      *this = end;
      return;
    }
  }
  scan(bytes);
}

void Utf8Checker::scan(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (missing_ == 0) i = ascii_until(bytes, i);
    if (i < bytes.size()) step(static_cast<unsigned char>(bytes[i]), size_ + i);
  }
  size_ += bytes.size();
}

std::optional<std::uint64_t> Utf8Checker::last_error() const {
  return missing_ == 0 ? last_error_ : sequence_start_;
}

}  // namespace fanout
