#include "expand/shell_scanner.hpp"

#include <doctest/doctest.h>

#include <string>

#include "expand/piece.hpp"

using fanout::Hazard;
using fanout::LineEnd;
using fanout::Quotes;
using fanout::Quoting;
using fanout::ShellScanner;

namespace {

/// Reads up to the `@`, which marks the place in question.
ShellScanner before_mark(std::string_view line) {
  ShellScanner scanner(line);
  while (!scanner.at_end() && line[scanner.position()] != '@') scanner.step();
  return scanner;
}

Hazard hazard_in(std::string_view line) {
  return before_mark(line).hazard();
}

Quotes quotes_in(std::string_view line) {
  const auto scanner = before_mark(line);
  CHECK(scanner.hazard() == Hazard::none);
  return scanner.quotes();
}

Quoting quoting_in(std::string_view line) {
  for (const auto& piece : fanout::cut_line(line, "@").pieces) {
    if (piece.placeholder) return piece.quoting;
  }
  return Quoting::never;
}

bool is_whole(std::string_view line) {
  for (const auto& piece : fanout::cut_line(line, "@").pieces) {
    if (piece.placeholder) return piece.is_whole_word;
  }
  return false;
}

}  // namespace

TEST_CASE("quotes open and close as in a shell") {
  for (const std::string line :
       {"@", "a @", "'a' @", "'a'@", "\"a\"@", "'\"' @", "\"'\" @", "\\' @", "\\\" @", "\"\\\"\" @",
        "'\\' @", "a\\\\@", "''@", "\"\\\\\"@", "a'b'\"c\"@"}) {
    CAPTURE(line);
    CHECK(quotes_in(line) == Quotes::none);
  }
  for (const std::string line :
       {"'@'", "a '@'", "'\"@", "'\\@", "'$@", "'$(@", "'`@", "'#@", "'<<@", "\"'\"'@", "\\''@"}) {
    CAPTURE(line);
    CHECK(quotes_in(line) == Quotes::single_quotes);
  }
  for (const std::string line : {"\"@\"", "\"'@", "\"\\\"@", "\"a\\\\@", "\"#@", "\" #@", "\"<<@",
                                 "\"((@", "'\"'\"@", "\"case @"}) {
    CAPTURE(line);
    CHECK(quotes_in(line) == Quotes::double_quotes);
  }
}

TEST_CASE("nothing can be inserted where it would be read as code, or not at all") {
  for (const std::string line : {"`@", "a `b @", "\"`@", "`\\`@", "`'@", "\"a`b\\\"@"}) {
    CAPTURE(line);
    CHECK(hazard_in(line) == Hazard::backquotes);
  }
  for (const std::string line :
       {"$(@", "$(a '@", "\"$(@", "\"$(\"@", "$($(a) @", "$((@", "$((1+(@", "\"$((1@", "$( (a) @",
        "$(a `b` @", "$((${a}+@", "\"$(echo \")\" @", "$(echo ')' @", "$(a \\) @", "$(a $'b' @"}) {
    CAPTURE(line);
    CHECK(hazard_in(line) == Hazard::substitution);
  }
  for (const std::string line :
       {"${@", "${a:-@", "\"${a:-@", "${a:-$(b)@", "${a:-${b}@", "${a#@"}) {
    CAPTURE(line);
    CHECK(hazard_in(line) == Hazard::parameter);
  }
  for (const std::string line : {"$@", "\"$@", "a$@", "\"a $b$@"}) {
    CAPTURE(line);
    CHECK(hazard_in(line) == Hazard::dollar);
  }
  for (const std::string line : {"$'@", "$'a\\\\@", "$'a\\'@", "$'a\\'' @", "$'a\\'b' 'c' @"}) {
    CAPTURE(line);
    CHECK(hazard_in(line) == Hazard::dollar_quotes);
  }
  for (const std::string line :
       {"<<@", "cat <<A\n@", "cat <<A\nA\n@", "cat <<< @", "cat <<-'A' @"}) {
    CAPTURE(line);
    CHECK(hazard_in(line) == Hazard::here_document);
  }
  for (const std::string line :
       {"#@", "a # @", "a;#@", "a\t#@", "a\n#@", "(#@", "a # 'b @", "a \\\n#@"}) {
    CAPTURE(line);
    CHECK(hazard_in(line) == Hazard::comment);
  }
}

TEST_CASE("after its end a construct is no hazard any more") {
  for (const std::string line : {"`a` @",
                                 "`\\`` @",
                                 "$(a) @",
                                 "$(a)@",
                                 "$($(a)) @",
                                 "$(a (b) c) @",
                                 "$(echo ')') @",
                                 "$(echo \")\") @",
                                 "$(a \\)) @",
                                 "$((1+2)) @",
                                 "$((1+(2*3))) @",
                                 "$((1<<2)) @",
                                 "${a} @",
                                 "${a:-$(b)} @",
                                 "${a##*/} @",
                                 "${#a} @",
                                 "$a @",
                                 "$a@",
                                 "$1 @",
                                 "$$@",
                                 "$# @",
                                 "$? @",
                                 "$- @",
                                 "$ @",
                                 "$, @",
                                 "$'a' @",
                                 "$'a\\\\' @",
                                 "# a\n@",
                                 "# it's\n@",
                                 "a#b @",
                                 "a'b'#@",
                                 "$(a)#@",
                                 "\\#@",
                                 "a \\\n  @",
                                 "< @",
                                 "(a; b) @",
                                 "case a in a) b;; esac; @",
                                 "f() { a; }; @",
                                 "$(x casefold) @",
                                 "$(x case-y) @",
                                 "$(x; casey) @",
                                 "! @",
                                 "\\$(@"}) {
    CAPTURE(line);
    CHECK(quotes_in(line) == Quotes::none);
  }
  for (const std::string line :
       {"\"$(a) @", "\"$(echo \"b\") @", "\"`a` @", "\"${a} @", "\"$((1)) @", "\"\\$(@", "\"\\`@",
        "\"$a @", "\"$'@", "\"a \\\n@"}) {
    CAPTURE(line);
    CHECK(quotes_in(line) == Quotes::double_quotes);
  }
}

TEST_CASE("behind what shells read differently every place is a hazard") {
  for (const std::string line : {"\"$(case a in a) b;; esac)\" @",
                                 "\"$(x; case a in a) @",
                                 "$(a # )\n) @",
                                 "((a)) @",
                                 "for ((;;)) @",
                                 "$[1] @",
                                 "\"$[@",
                                 "\"$\\\n(@",
                                 "a$\\\n(b) @",
                                 "<\\\n<A @",
                                 "a\\\nb @",
                                 "\\ \\\na @",
                                 "${ a; } @",
                                 "${|a; } @",
                                 "\"${a:-'}\" @",
                                 "${a:-\"}\"} @",
                                 "${a:-{b}} @",
                                 "${a:-`b`} @",
                                 "$((a) b) @",
                                 "$((a); b) @",
                                 "$((' )) ' @",
                                 "$(( \" )) @",
                                 "$((`)) @",
                                 "$(ca\\\nse a in a) @"}) {
    CAPTURE(line);
    const Hazard hazard = hazard_in(line);
    CHECK((hazard == Hazard::unclear || hazard == Hazard::here_document));
  }
}

TEST_CASE("a value can do without quotes only in a word that is plain text otherwise") {
  for (const std::string line :
       {"@", "a @", "a @ b", "a\t@\nb", "a;@;", "a|@|b", "(@)", "a&@&b", "a && @"}) {
    CAPTURE(line);
    CHECK(quoting_in(line) == Quoting::plain_word);
  }
  for (const std::string line : {"x @.mp3", "x out/@", "x -o@", "x a@/b c"}) {
    CAPTURE(line);
    CHECK(quoting_in(line) == Quoting::plain_part);
  }
  for (const std::string line : {"i@", "@@", "x=@", "~@", "@>f", "2@>f", "<@", ">@", "@(", "{@,b}",
                                 "*@", "''@", "@$x", "$x@", "a\\ @", "[@]", "!@", "@#", "ab@cd"}) {
    CAPTURE(line);
    CHECK(quoting_in(line) == Quoting::always);
  }
  CHECK(quoting_in("'a @ b'") == Quoting::in_single_quotes);
  CHECK(quoting_in("\"a @ b\"") == Quoting::in_double_quotes);
  CHECK(quoting_in("\"$a@\"") == Quoting::after_variable);
  CHECK(quoting_in("\"$a @\"") == Quoting::in_double_quotes);
  CHECK(quoting_in("\"$a.@\"") == Quoting::in_double_quotes);
  CHECK(quoting_in("\"\\$a@\"") == Quoting::in_double_quotes);
  CHECK(quoting_in("'$a@'") == Quoting::in_single_quotes);
}

TEST_CASE("a whole word has gaps or operators on both sides and is no target of a redirection") {
  for (const std::string line : {"@", "a @", "@ b", "a\n@\nb", "a;@;b", "(@)", "a|@&", "@>f",
                                 "a <b @", "a 2>&1 @", "<(@)"}) {
    CAPTURE(line);
    CHECK(is_whole(line));
  }
  for (const std::string line :
       {"a@", "@b", "@@", "'@'", "\"@\"", "''@", "@''", "\\ @", "@\\ ", "x=@", "$x@", ">@", "> @",
        "a >>@", "a >  @", "a <@", "a >&@", "a >|@", "a <> @"}) {
    CAPTURE(line);
    CHECK_FALSE(is_whole(line));
  }
}

TEST_CASE("the end of a line knows what would become of an argument there") {
  CHECK(fanout::end_of_line("a b").gap == 0);
  CHECK(fanout::end_of_line("a b \n\t").gap == 3);
  CHECK(fanout::end_of_line("a\\ ").gap == 0);
  CHECK(fanout::end_of_line("a \\\n").gap == 3);
  CHECK(fanout::end_of_line("a 'b ").in_quotes);
  CHECK(fanout::end_of_line("a \"b ").in_quotes);
  CHECK_FALSE(fanout::end_of_line("a \"b\"").in_quotes);
  CHECK(fanout::end_of_line("a # b").hazard == Hazard::comment);
  CHECK(fanout::end_of_line("a\\").hazard == Hazard::backslash);
  CHECK(fanout::end_of_line("a `b").hazard == Hazard::backquotes);
  CHECK(fanout::end_of_line("cat <<A\nb\nA\n").hazard == Hazard::here_document);
  for (const std::string line : {"a;", "a &", "a | ", "a &&", "(", "a;\n"}) {
    CAPTURE(line);
    CHECK(fanout::end_of_line(line).after_operator);
  }
  for (const std::string line :
       {"a", "a; b", "a \\;", "a ';'", "a >", "(a)", "a; \"b\"", "a; $b"}) {
    CAPTURE(line);
    CHECK_FALSE(fanout::end_of_line(line).after_operator);
  }
  CHECK_FALSE(fanout::cut_line("a; @", "@").end.after_operator);
}

TEST_CASE("every line is read to its end, whatever it is") {
  const std::string_view alphabet = "a '\"`$(){}\\#<\n@[;";
  for (std::size_t seed = 0;
       seed < alphabet.size() * alphabet.size() * alphabet.size() * alphabet.size(); ++seed) {
    std::string line;
    for (std::size_t rest = seed, i = 0; i < 4; ++i, rest /= alphabet.size()) {
      line += alphabet[rest % alphabet.size()];
    }
    std::string read;
    for (const auto& piece : fanout::cut_line(line, "@").pieces) read += piece.text;
    REQUIRE(read == line);
  }
}

TEST_CASE("deep nesting is read without recursion and in one pass") {
  std::string line;
  for (int i = 0; i < 100000; ++i) line += "$(";
  CHECK(hazard_in(line + "@") == Hazard::substitution);
  CHECK(hazard_in(line + std::string(100000, ')') + "@") == Hazard::none);
}
