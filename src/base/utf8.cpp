#include "fanout/base/utf8.hpp"

#include <cstring>

namespace fanout {

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
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  std::size_t i = 0;
  while (i < bytes.size()) {
    std::uint64_t eight = kHighBits;  // most text is ASCII: eight bytes at a time
    if (missing_ == 0 && bytes.size() - i >= sizeof eight) {
      std::memcpy(&eight, bytes.data() + i, sizeof eight);
    }
    if ((eight & kHighBits) == 0) {
      i += sizeof eight;
      continue;
    }
    step(static_cast<unsigned char>(bytes[i]), size_ + i);
    ++i;
  }
  size_ += bytes.size();
}

std::optional<std::uint64_t> Utf8Checker::last_error() const {
  return missing_ == 0 ? last_error_ : sequence_start_;
}

}  // namespace fanout
