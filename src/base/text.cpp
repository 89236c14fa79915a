#include "fanout/base/text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>

namespace fanout {
namespace {

unsigned char byte_at(std::string_view bytes, std::size_t i) {
  return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0;
}

bool is_continuation(unsigned char c) {
  return (c & 0xC0) == 0x80;
}

/// The length of the well-formed sequence at `i`, or 0: table 3-7 of the Unicode standard.
std::size_t sequence_length(std::string_view bytes, std::size_t i) {
  const unsigned char first = byte_at(bytes, i);
  const unsigned char second = byte_at(bytes, i + 1);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4 || !is_continuation(second)) return 0;
  if (first < 0xE0) return 2;
  if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)) return 0;
  if ((first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) return 0;
  if (!is_continuation(byte_at(bytes, i + 2))) return 0;
  if (first < 0xF0) return 3;
  return is_continuation(byte_at(bytes, i + 3)) ? 4 : 0;
}

void append_hex(std::string& out, unsigned char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\x";
  out += kDigits[c >> 4];
  out += kDigits[c & 15];
}

void append_visible(std::string& out, unsigned char c) {
  switch (c) {
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: append_hex(out, c);
  }
}

/// The size of the character at `i`, or 0 for a control character and for what is not UTF-8.
std::size_t printable_size(std::string_view bytes, std::size_t i) {
  const unsigned char c = byte_at(bytes, i);
  if (c < 0x20 || c == 0x7f || is_c1_control(bytes, i)) return 0;
  return sequence_length(bytes, i);
}

/// `kept` are control characters that stay.
std::string made_visible(std::string_view bytes, std::string_view kept) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size();) {
    const bool is_kept = kept.find(bytes[i]) != kept.npos;
    const std::size_t size = is_kept ? 1 : printable_size(bytes, i);
    if (size == 0) {
      append_visible(out, byte_at(bytes, i));
      ++i;
    } else {
      out.append(bytes, i, size);
      i += size;
    }
  }
  return out;
}

/// Within `$'…'`. Octal, for it has an end: what follows `\x1b` might be a digit, too.
void append_dollar_escape(std::string& out, unsigned char c) {
  switch (c) {
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  out += '\\';
  for (const int shift : {6, 3, 0}) out += static_cast<char>('0' + (c >> shift & 7));
}

bool needs_no_quotes(std::string_view word) {
  constexpr std::string_view kSafe =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
  return !word.empty() && word.find_first_not_of(kSafe) == word.npos;
}

/// Words that mean something to a shell when they come first (POSIX 2.4, and those of bash).
bool is_reserved_word(std::string_view word) {
  constexpr std::string_view kReserved[] = {
      "!",  "{",   "}",        "[[", "case", "coproc", "do",   "done", "elif",  "else", "esac",
      "fi", "for", "function", "if", "in",   "select", "then", "time", "until", "while"};
  return std::ranges::find(kReserved, word) != std::end(kReserved);
}

/// Edits (insert, delete, replace, swap neighbours) from `a` to `b`.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({replaced, last[j] + 1, current[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before_last[j - 2] + 1);
      }
    }
    std::swap(before_last, last);
    std::swap(last, current);
  }
  return last[b.size()];
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  std::size_t i = 0;
  while (i < bytes.size()) {
    std::uint64_t eight = kHighBits;  // most text is ASCII: eight bytes at a time
    if (bytes.size() - i >= sizeof eight) std::memcpy(&eight, bytes.data() + i, sizeof eight);
    if ((eight & kHighBits) == 0) {
      i += sizeof eight;
      continue;
    }
    const std::size_t length = sequence_length(bytes, i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

bool is_c1_control(std::string_view utf8, std::size_t at) {
  const unsigned char second = byte_at(utf8, at + 1);
  return byte_at(utf8, at) == 0xC2 && second >= 0x80 && second < 0xA0;
}

std::string sanitize(std::string_view bytes) {
  return made_visible(bytes, "");
}

std::string sanitize_lines(std::string_view bytes) {
  return made_visible(bytes, "\n\t");
}

std::size_t size_of_cut_character(std::string_view bytes) {
  constexpr std::size_t kMost = 3;
  for (std::size_t size = 1; size <= std::min(kMost, bytes.size()); ++size) {
    const std::string_view tail = bytes.substr(bytes.size() - size);
    const unsigned char first = byte_at(tail, 0);
    if (is_continuation(first)) continue;
    if (first < 0xC2 || first > 0xF4) return 0;
    // Its second byte decides whether it can become a character, all after that may follow.
    if (size == 1) return 1;
    return sequence_length(std::string(tail) + "\x80\x80", 0) > size ? size : 0;
  }
  return 0;
}

std::string sanitize_short(std::string_view bytes, std::size_t max_bytes) {
  if (bytes.size() <= max_bytes) return sanitize(bytes);
  std::size_t cut = max_bytes;
  while (cut > 0 && is_continuation(byte_at(bytes, cut))) --cut;
  return sanitize(bytes.substr(0, cut)) + "…";
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kLongest = 100;
  return "\"" + sanitize_short(text, kLongest) + "\"";
}

std::string shell_quote(std::string_view word) {
  if (needs_no_quotes(word)) return std::string(word);
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string shell_quote_visibly(std::string_view word) {
  if (sanitize(word) == word) return shell_quote(word);
  std::string out = "$'";
  for (std::size_t i = 0; i < word.size();) {
    const std::size_t size = printable_size(word, i);
    if (size == 0) append_dollar_escape(out, byte_at(word, i));
    if (word[i] == '\'' || word[i] == '\\') out += '\\';
    out.append(word, i, size);
    i += std::max<std::size_t>(size, 1);
  }
  return out + "'";
}

std::string shell_join(std::span<const std::string> words, ShellQuote quote) {
  std::string out;
  for (const std::string& word : words) {
    // A first word with `=` would be an assignment, and a reserved one a piece of grammar.
    const bool is_misread = out.empty() && needs_no_quotes(word) &&
                            (word.find('=') != word.npos || is_reserved_word(word));
    if (!out.empty()) out += ' ';
    out += is_misread ? "'" + word + "'" : quote(word);
  }
  return out;
}

std::string_view nearest_name(std::string_view typed, std::span<const std::string_view> known) {
  constexpr std::size_t kLongestName = 100;  // nobody mistypes more, and the distance is quadratic
  std::string_view nearest;
  std::size_t least = std::numeric_limits<std::size_t>::max();
  if (typed.size() > kLongestName) return nearest;
  for (const std::string_view name : known) {
    const std::size_t distance = edit_distance(typed, name);
    const bool is_prefix = typed.size() >= 3 && name.starts_with(typed);
    const std::size_t allowed = is_prefix ? name.size() : std::max<std::size_t>(1, name.size() / 3);
    if (distance <= allowed && distance < least && distance < name.size()) {
      nearest = name;
      least = distance;
    }
  }
  return nearest;
}

std::string did_you_mean(std::string_view typed, std::span<const std::string_view> known) {
  const std::string_view nearest = nearest_name(typed, known);
  return nearest.empty() ? "" : " (did you mean \"" + std::string(nearest) + "\"?)";
}

std::string one_of(std::span<const std::string_view> names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? " or " : ", ";
    out += "\"" + std::string(names[i]) + "\"";
  }
  return out;
}

}  // namespace fanout
