#include "expand/shell_quoting.hpp"

#include <doctest/doctest.h>

#include "expand/shell_words.hpp"

using namespace fanout;

namespace {

std::string written(void (*append)(std::string&, std::string_view), std::string_view value) {
  std::string line = "<";
  append(line, value);
  return line + ">";
}

}  // namespace

TEST_CASE("values are escaped for the quotes they stand in") {
  CHECK(written(append_in_single_quotes, "it's $x") == "<it'\\''s $x>");
  CHECK(written(append_in_single_quotes, "''") == "<'\\'''\\''>");
  CHECK(written(append_in_double_quotes, "a\\b $x `y` \"z\" it's !") ==
        "<a\\\\b \\$x \\`y\\` \\\"z\\\" it's !>");
  CHECK(written(append_quoted, "a'b") == "<'a'\\''b'>");
  CHECK(written(append_quoted, "") == "<''>");
}

TEST_CASE("a word of its own is quoted only when it has to be") {
  for (const std::string plain : {"a", "a.txt", "/usr/bin/x", "-n", "user@host:1,2", "50%",
                                  "--key=a/b", "-x=1=2", "+x", "ifs"}) {
    CAPTURE(plain);
    CHECK(written(append_shell_word, plain) == "<" + std::string(plain) + ">");
  }
  for (const std::string special :
       {"",     "a b", "~", "a=b", "PATH=/x", "*",    "?",  "[a]",     "{a,b}", "#", "!",
        "a\nb", "$x",  "ä", "if",  "done",    "time", "[[", "--key=~", "^",     "\r"}) {
    CAPTURE(special);
    CHECK(written(append_shell_word, special) == "<'" + std::string(special) + "'>");
  }
}

TEST_CASE("the words a shell keeps for itself are known") {
  for (const std::string word : {"if", "then", "else", "elif", "fi", "do", "done", "case", "esac",
                                 "while", "until", "for", "in", "{", "}", "!"}) {
    CAPTURE(word);
    CHECK(is_reserved_word(word));
  }
  for (const std::string word :
       {".",       ":",        "[",      "alias", "bg",      "break", "cd",     "chdir",
        "command", "continue", "echo",   "eval",  "exec",    "exit",  "export", "false",
        "fg",      "getopts",  "hash",   "jobs",  "kill",    "local", "printf", "pwd",
        "read",    "readonly", "return", "set",   "shift",   "test",  "times",  "trap",
        "true",    "type",     "ulimit", "umask", "unalias", "unset", "wait",   "source"}) {
    CAPTURE(word);
    CHECK(is_shell_builtin(word));
  }
  CHECK_FALSE(is_shell_builtin("ls"));
  CHECK_FALSE(is_shell_builtin(""));
  CHECK_FALSE(is_reserved_word("ifs"));
}
