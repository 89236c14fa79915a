#include "fanout/base/json_text.hpp"

#include <array>
#include <cstdint>

#include "fanout/base/text.hpp"

namespace fanout {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

/// What has to be escaped: the quote, the backslash and the control characters (RFC 8259).
/// DEL and U+0080 to U+009F, which begin with this byte, too: JSON may be shown on a terminal.
constexpr unsigned char kBeginsC1 = 0xC2;
constexpr std::array<bool, 256> make_escape_table() {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = true;
  table['"'] = table['\\'] = table[0x7f] = table[kBeginsC1] = true;
  return table;
}
constexpr std::array<bool, 256> kNeedsEscape = make_escape_table();

void append_escape(std::string& out, unsigned char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default:
      out += "\\u00";
      out += kHexDigits[c >> 4];
      out += kHexDigits[c & 15];
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  append_json_escaped(out, text);
  out += '"';
}

void append_json_escaped(std::string& out, std::string_view text) {
  std::size_t plain_from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (!kNeedsEscape[c]) continue;
    if (c == kBeginsC1 && !is_c1_control(text, i)) continue;
    out.append(text, plain_from, i - plain_from);
    if (c == kBeginsC1) ++i;  // U+009B is C2 9B, and so are the others
    append_escape(out, static_cast<unsigned char>(text[i]));
    plain_from = i + 1;
  }
  out.append(text, plain_from);
}

void append_json_word(std::string& out, std::string_view bytes) {
  if (is_utf8(bytes)) return append_json_string(out, bytes);
  out += "{\"base64\":\"";
  append_base64(out, bytes);
  out += "\"}";
}

void append_base64(std::string& out, std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto byte = [&](std::size_t i) {
    return i < bytes.size() ? std::uint32_t{static_cast<unsigned char>(bytes[i])} : 0U;
  };
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::uint32_t three = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    out += kDigits[three >> 18];
    out += kDigits[three >> 12 & 63];
    out += i + 1 < bytes.size() ? kDigits[three >> 6 & 63] : '=';
    out += i + 2 < bytes.size() ? kDigits[three & 63] : '=';
  }
}

}  // namespace fanout
