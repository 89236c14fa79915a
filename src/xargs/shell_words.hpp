// A command as xargs -t shows it: every word quoted for a shell where it has to be, and what cannot
// be printed in this locale as an escape of $'…'. And the names of files in messages.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace fanout {

/// By the locale that is set (LC_CTYPE).
std::string xargs_quote(std::string_view word);

/// The name of a file in a message, in the quotes of the locale.
std::string xargs_name(std::string_view name);

/// The words with blanks between them.
std::string xargs_words(std::span<const std::string> words);

}  // namespace fanout
