// Text as people and terminals need it: UTF-8, safe display, shell words, near misses.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fanout {

/// Well-formed UTF-8 by RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF.
bool is_utf8(std::string_view bytes);

/// Whether one of U+0080 to U+009F stands at `at`: control characters that take two bytes.
bool is_c1_control(std::string_view utf8, std::size_t at);

/// Bytes from elsewhere, made safe to show: control characters become `\n`, `\x1b` and so on,
/// bytes that are not UTF-8 become `\xff`. Printable text stays as it is.
std::string sanitize(std::string_view bytes);

/// The same for text of many lines: newlines and tabs stay.
std::string sanitize_lines(std::string_view bytes);

/// How many bytes at the end are the beginning of a character whose rest is missing.
std::size_t size_of_cut_character(std::string_view bytes);

/// `sanitize`, cut to about `max_bytes` with `…` in place of what was cut.
std::string sanitize_short(std::string_view bytes, std::size_t max_bytes);

/// The text in double quotes, as messages name things: sanitized and cut when it is long.
std::string in_quotes(std::string_view text);

/// One word for a POSIX shell, quoted only when it has to be: `a`, `'a b'`, `'it'\''s'`.
std::string shell_quote(std::string_view word);

/// The same to be shown on a terminal: a word that `sanitize` would change is `$'…'` with escapes,
/// which bash, zsh, ksh and since POSIX.1-2024 every shell reads back.
std::string shell_quote_visibly(std::string_view word);

/// The words of a command, each quoted, with blanks between them.
using ShellQuote = std::string (*)(std::string_view word);
std::string shell_join(std::span<const std::string> words, ShellQuote quote = shell_quote);

/// The name among `known` that `typed` was probably meant to be, or empty when none is near.
std::string_view nearest_name(std::string_view typed, std::span<const std::string_view> known);

/// ` (did you mean "NAME"?)`, or nothing when no name is near.
std::string did_you_mean(std::string_view typed, std::span<const std::string_view> known);

/// `"a", "b" or "c"`.
std::string one_of(std::span<const std::string_view> names);

}  // namespace fanout
