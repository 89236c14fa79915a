// Which characters and words mean nothing to any POSIX-like shell, and which words it takes for
// itself. The tables hold more than dash knows, because /bin/sh is another shell elsewhere.
#pragma once

#include <string_view>

namespace fanout {

/// One of `A-Za-z0-9_@%+:,./-`.
bool is_plain_character(char c);

/// Not empty, and nothing but plain characters.
bool is_plain_text(std::string_view text);

/// `if`, `done` and the like: read as such only when they stand unquoted.
bool is_reserved_word(std::string_view word);

/// Done by the shell itself, and perhaps otherwise than by a program of that name.
bool is_shell_builtin(std::string_view word);

}  // namespace fanout
