#include "expand/shell_words.hpp"

#include <algorithm>
#include <array>

namespace fanout {
namespace {

constexpr auto kReservedWords = std::to_array<std::string_view>({
    "!",      "[[",   "]]",   "case",  "coproc",   "do", "done", "elif",
    "else",   "esac", "fi",   "for",   "function", "if", "in",   "namespace",
    "select", "then", "time", "until", "while",    "{",  "}",
});

constexpr auto kBuiltins = std::to_array<std::string_view>({
    ".",       ":",       "[",      "alias",   "bg",        "bind",     "break",   "builtin",
    "caller",  "cd",      "chdir",  "command", "compgen",   "complete", "compopt", "continue",
    "declare", "dirs",    "disown", "echo",    "enable",    "eval",     "exec",    "exit",
    "export",  "false",   "fc",     "fg",      "getopts",   "hash",     "help",    "history",
    "jobs",    "kill",    "let",    "local",   "logout",    "mapfile",  "popd",    "print",
    "printf",  "pushd",   "pwd",    "read",    "readarray", "readonly", "return",  "set",
    "shift",   "shopt",   "source", "suspend", "test",      "times",    "trap",    "true",
    "type",    "typeset", "ulimit", "umask",   "unalias",   "unset",    "wait",    "whence",
});

static_assert(std::is_sorted(kReservedWords.begin(), kReservedWords.end()));
static_assert(std::is_sorted(kBuiltins.begin(), kBuiltins.end()));

}  // namespace

bool is_plain_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_@%+:,./-").find(c) != std::string_view::npos;
}

bool is_plain_text(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_plain_character);
}

bool is_reserved_word(std::string_view word) {
  return std::binary_search(kReservedWords.begin(), kReservedWords.end(), word);
}

bool is_shell_builtin(std::string_view word) {
  return std::binary_search(kBuiltins.begin(), kBuiltins.end(), word);
}

}  // namespace fanout
