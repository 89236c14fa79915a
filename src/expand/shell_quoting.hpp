// Writes values into a shell command line so that every POSIX shell reads them back unchanged.
// Stricter than shell_quote, which is for people to read: this is what a shell executes.
#pragma once

#include <string>
#include <string_view>

namespace fanout {

/// Within `'…'` that the template opened.
void append_in_single_quotes(std::string& line, std::string_view value);

/// Within `"…"` that the template opened.
void append_in_double_quotes(std::string& line, std::string_view value);

/// `'…'`, wherever unquoted text may stand.
void append_quoted(std::string& line, std::string_view value);

/// A word of its own, with blanks or ends on both sides: quoted only when it has to be.
void append_shell_word(std::string& line, std::string_view word);

}  // namespace fanout
