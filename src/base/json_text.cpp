#include "fanout/base/json_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/eight_bytes.hpp"
#include "fanout/base/text.hpp"

namespace fanout {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

/// U+0080 to U+009F, control characters of two bytes, begin with this one.
constexpr char kBeginsC1 = '\xC2';

/// What stands for a byte.
struct Escape {
  std::array<char, 6> text{};
  std::uint8_t size = 0;
};

constexpr Escape escape_of(unsigned char c) {
  switch (c) {
    case '"': return {{'\\', '"'}, 2};
    case '\\': return {{'\\', '\\'}, 2};
    case '\b': return {{'\\', 'b'}, 2};
    case '\f': return {{'\\', 'f'}, 2};
    case '\n': return {{'\\', 'n'}, 2};
    case '\r': return {{'\\', 'r'}, 2};
    case '\t': return {{'\\', 't'}, 2};
    default: return {{'\\', 'u', '0', '0', kHexDigits[c >> 4], kHexDigits[c & 15]}, 6};
  }
}

/// What has to be escaped: the quote, the backslash and the control characters (RFC 8259); DEL, and
/// with it U+0080 to U+009F, for JSON may be shown on a terminal. All others stand for themselves.
constexpr std::array<Escape, 256> make_escapes() {
  std::array<Escape, 256> escapes{};
  for (std::size_t i = 0; i < escapes.size(); ++i) {
    const auto c = static_cast<unsigned char>(i);
    const bool is_special = c < 0x20 || c == '"' || c == '\\' || c == 0x7F;
    escapes[i] = is_special ? escape_of(c) : Escape{{static_cast<char>(c)}, 1};
  }
  return escapes;
}
constexpr std::array<Escape, 256> kEscapes = make_escapes();

/// Marks the same, and what may begin U+0080 to U+009F. No sum here has a carry from one byte to
/// the next: its terms are the lower seven bits of bytes.
constexpr std::uint64_t mark_special(std::uint64_t eight) {
  constexpr std::uint64_t kLowBits = ~kHighBits;
  const std::uint64_t low = eight & kLowBits;
  const auto is_not = [low](unsigned char c) { return (low ^ in_each_byte(c)) + kLowBits; };
  const std::uint64_t is_no_control = low + in_each_byte(0x80 - 0x20);
  const std::uint64_t is_plain_ascii = is_no_control & is_not('"') & is_not('\\') & is_not(0x7F);
  const std::uint64_t is_plain_other = is_not(kBeginsC1 & 0x7F);
  return ~((eight & is_plain_other) | (~eight & is_plain_ascii)) & kHighBits;
}

/// Writes what stands for the character at `i`, and returns its end. `i` is then the next one.
char* write_escape(std::string_view text, std::size_t& i, char* to) {
  const char c = text[i++];
  const bool is_c1 = c == kBeginsC1 && is_c1_control(text, i - 1);
  const auto byte = static_cast<unsigned char>(is_c1 ? text[i++] : c);
  const Escape escape = is_c1 ? escape_of(byte) : kEscapes[byte];
  std::copy_n(escape.text.data(), escape.text.size(), to);
  return to + escape.size;
}

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Any twelve bits as two digits.
using DigitPair = std::array<char, 2>;
constexpr std::array<DigitPair, 4096> make_digit_pairs() {
  std::array<DigitPair, 4096> pairs{};
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = {kDigits[i >> 6], kDigits[i & 63]};
  return pairs;
}
constexpr std::array<DigitPair, 4096> kDigitPairs = make_digit_pairs();

/// Three bytes as four digits.
void write_digits(const char* three, char* four) {
  const auto byte = [&](int i) { return std::uint32_t{static_cast<unsigned char>(three[i])}; };
  const std::uint32_t bits = byte(0) << 16 | byte(1) << 8 | byte(2);
  std::copy_n(kDigitPairs[bits >> 12].data(), 2, four);
  std::copy_n(kDigitPairs[bits & 4095].data(), 2, four + 2);
}

/// One or two bytes, padded.
void append_last_digits(std::string& out, std::string_view rest) {
  std::array<char, 3> three{};
  rest.copy(three.data(), three.size());
  std::array<char, 4> four{};
  write_digits(three.data(), four.data());
  out.append(four.data(), rest.size() + 1);
  out.append(3 - rest.size(), '=');
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  append_json_escaped(out, text);
  out += '"';
}

void append_json_escaped(std::string& out, std::string_view text) {
  constexpr std::size_t kAtOnce = 512;
  // A string would look for room every few bytes. Eight are written even where fewer count.
  std::array<char, 6 * kAtOnce + 8> buffer;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = std::min(text.size(), i + kAtOnce);
    char* to = buffer.data();
    while (i + 8 <= end) {
      const std::uint64_t marks = mark_special(load_eight(text.data() + i));
      const std::size_t plain = first_marked(marks);
      std::copy_n(text.data() + i, 8, to);
      to += plain;
      i += plain;
      if (marks != 0) to = write_escape(text, i, to);
    }
    while (i < end) to = write_escape(text, i, to);
    out.append(buffer.data(), static_cast<std::size_t>(to - buffer.data()));
  }
}

void append_json_word(std::string& out, std::string_view bytes) {
  if (is_utf8(bytes)) return append_json_string(out, bytes);
  out += "{\"base64\":\"";
  append_base64(out, bytes);
  out += "\"}";
}

void append_json_words(std::string& out, std::span<const std::string> words) {
  out += '[';
  for (const std::string& word : words) {
    if (&word != &words.front()) out += ',';
    append_json_word(out, word);
  }
  out += ']';
}

void append_base64(std::string& out, std::string_view bytes) {
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  std::array<char, 4096> digits;
  const std::size_t whole = bytes.size() / 3 * 3;
  for (std::size_t i = 0; i < whole;) {
    std::size_t size = 0;
    for (; i < whole && size < digits.size(); i += 3, size += 4) {
      write_digits(bytes.data() + i, digits.data() + size);
    }
    out.append(digits.data(), size);
  }
  if (whole < bytes.size()) append_last_digits(out, bytes.substr(whole));
}

}  // namespace fanout
