#include "xargs/shell_words.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cwchar>
#include <cwctype>

namespace fanout {
namespace {

constexpr std::string_view kPlain = "%+,-./:@]_";
constexpr std::string_view kSpecial = " !\"$&'()*;<=>?[\\^`|";

struct Character {
  std::size_t size = 1;
  bool is_printable = false;
};

Character character_at(std::string_view text, std::size_t at) {
  const unsigned char first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) return {1, first >= 0x20 && first != 0x7f};
  std::mbstate_t state{};
  wchar_t wide = 0;
  const std::size_t size = std::mbrtowc(&wide, text.data() + at, text.size() - at, &state);
  if (size == 0 || size > text.size() - at) return {};  // no character
  return {size, std::iswprint(static_cast<std::wint_t>(wide)) != 0};
}

bool is_one_of(std::string_view set, char c) {
  return set.find(c) != set.npos;
}

/// Something that a shell would not take as it stands.
bool needs_quotes(std::string_view word, std::size_t at) {
  const char c = word[at];
  if (c == '#' || c == '~') return at == 0;
  if (c == '{' || c == '}') return word.size() == 1;
  return is_one_of(kSpecial, c);
}

/// Means the same inside "…" in a shell and in C; only then are these quotes taken for a word with
/// an apostrophe.
bool fits_double_quotes(std::string_view word, std::size_t at) {
  const char c = word[at];
  if (c == '#' || c == '~') return at == 0;
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == ' ' || c == '\'' ||
         is_one_of(kPlain, c);
}

struct Traits {
  bool needs_quotes = false;
  bool has_apostrophe = false;
  bool fits_double_quotes = true;
  bool ends_unprintable = false;
};

Traits traits_of(std::string_view word) {
  Traits traits;
  traits.needs_quotes = word.empty();
  for (std::size_t at = 0; at < word.size();) {
    const Character character = character_at(word, at);
    const bool is_ascii = static_cast<unsigned char>(word[at]) < 0x80;
    if (!character.is_printable || (is_ascii && needs_quotes(word, at))) traits.needs_quotes = true;
    if (word[at] == '\'') traits.has_apostrophe = true;
    if (!character.is_printable || (is_ascii && !fits_double_quotes(word, at))) {
      traits.fits_double_quotes = false;
    }
    traits.ends_unprintable = !character.is_printable;
    at += character.size;
  }
  return traits;
}

void append_escape(std::string& out, char c) {
  constexpr std::string_view kCodes = "\a\b\t\n\v\f\r";
  constexpr std::string_view kLetters = "abtnvfr";
  out += '\\';
  const std::size_t found = kCodes.find(c);
  if (found != kCodes.npos) {
    out += kLetters[found];
    return;
  }
  const auto byte = static_cast<std::uint8_t>(c);
  for (const int shift : {6, 3, 0}) out += static_cast<char>('0' + ((byte >> shift) & 7));
}

std::string in_single_quotes(std::string_view word, bool begins_escaped) {
  std::string out = "'";
  bool is_escaped = begins_escaped;  // inside $'…'
  for (std::size_t at = 0; at < word.size();) {
    const Character character = character_at(word, at);
    const std::string_view bytes = word.substr(at, character.size);
    at += character.size;
    if (!character.is_printable) {
      if (!is_escaped) out += "'$'";
      is_escaped = true;
      for (const char c : bytes) append_escape(out, c);
    } else if (bytes == "'") {
      out += "'\\''";
      is_escaped = false;
    } else {
      if (is_escaped) out += "''";
      is_escaped = false;
      out += bytes;
    }
  }
  return out + "'";
}

}  // namespace

std::string xargs_quote(std::string_view word) {
  const Traits traits = traits_of(word);
  if (!traits.needs_quotes) return std::string(word);
  if (traits.has_apostrophe && traits.fits_double_quotes) return "\"" + std::string(word) + "\"";
  // GNU looks at a word with an apostrophe twice, and begins the second time as the first ended.
  // It changes nothing for a shell.
  return in_single_quotes(word, traits.has_apostrophe && traits.ends_unprintable);
}

std::string xargs_name(std::string_view name) {
  constexpr std::string_view kOpening = "\u2018";
  constexpr std::string_view kClosing = "\u2019";
  const bool has_curved = character_at(kOpening, 0).is_printable;
  const std::string_view closing = has_curved ? kClosing : "'";
  std::string out(has_curved ? kOpening : "'");
  for (std::size_t at = 0; at < name.size();) {
    const Character character = character_at(name, at);
    const std::string_view bytes = name.substr(at, character.size);
    at += character.size;
    if (!character.is_printable) {
      for (const char c : bytes) append_escape(out, c);
    } else {
      if (bytes == "\\" || bytes == closing) out += '\\';
      out += bytes;
    }
  }
  return out.append(closing);
}

std::string xargs_words(std::span<const std::string> words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    line += xargs_quote(word);
  }
  return line;
}

}  // namespace fanout
