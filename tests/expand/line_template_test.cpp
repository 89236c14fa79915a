// Templates that are shell command lines: what a POSIX shell reads back must be what was put in.
#include <doctest/doctest.h>

#include <optional>

#include "samples.hpp"

using namespace samples;

namespace {

/// The words of a line in which nothing but quotes is special, as a POSIX shell reads them;
/// nothing when any other syntax shows: a value that got out of its quotes.
class QuoteReader {
 public:
  explicit QuoteReader(std::string_view line) : line_(line) {}

  std::optional<std::vector<std::string>> words() {
    while (at_ < line_.size()) {
      if (!read_one()) return std::nullopt;
    }
    return words_;
  }

 private:
  bool read_one() {
    const char c = take();
    if (c == ' ' || c == '\t') {
      in_word_ = false;
      return true;
    }
    if (c == '\'') return read_single();
    if (c == '"') return read_double();
    if (c == '\\') return at_ < line_.size() && line_[at_] != '\n' && put(take());
    if (std::string_view("|&;<>()$`*?[]~!{}#=\n").find(c) != std::string_view::npos) return false;
    return put(c);
  }

  bool read_single() {
    open();
    while (at_ < line_.size()) {
      const char c = take();
      if (c == '\'') return true;
      put(c);
    }
    return false;
  }

  bool read_double() {
    open();
    while (at_ < line_.size()) {
      const char c = take();
      if (c == '"') return true;
      if (c == '$' || c == '`') return false;
      const bool escapes = c == '\\' && at_ < line_.size() &&
                           std::string_view("$`\"\\\n").find(line_[at_]) != std::string_view::npos;
      put(escapes ? take() : c);
    }
    return false;
  }

  char take() { return line_[at_++]; }
  void open() {
    if (!in_word_) words_.emplace_back();
    in_word_ = true;
  }
  bool put(char c) {
    open();
    words_.back() += c;
    return true;
  }

  std::string_view line_;
  std::size_t at_ = 0;
  bool in_word_ = false;
  std::vector<std::string> words_;
};

using Words = std::optional<std::vector<std::string>>;

Words words_read(CommandText text, const Job& job) {
  const std::string line = shell_line(std::move(text), job);
  return QuoteReader(line).words();
}

const std::string kNastyValues[] = {
    "'",       "''",      "\"",       "\"\"",     "$(id)",      "`id`",
    "$HOME",   "${HOME}", "$'a'",     "\n",       "a\nb",       "\\",
    "\\\\",    "\\'",     "\\\"",     "a\\",      "!",          "!!",
    "*",       "?",       "[a-z]",    "-n",       "--",         ";",
    "; id",    "&",       "|",        "&& id",    "> f",        "<<A",
    "#",       "#x",      "~",        "~root",    "a b",        " a ",
    "\t",      "",        "ä",        "日本",     "\xff\xfe",   "=",
    "PATH=/x", "{a,b}",   "{}",       "{1}",      "if",         "done",
    "%",       "\r",      "\x01",     "'; id; '", "\"; id; \"", "$(echo '\"')",
    "'\"'\"'", "\\$(id)", "\\`id\\`", ")",        "(",          "case",
    "2",       "@(a|b)",  "^",        "\x7f",
};

}  // namespace

TEST_CASE("the quote reader itself sees syntax that is not quoted") {
  CHECK(QuoteReader("a 'b c' \"d\\\"\" \\e ''").words() == Words({"a", "b c", "d\"", "e", ""}));
  for (const std::string line :
       {"$a", "\"$a\"", "a;b", "`a`", "'a", "\"a", "a\\", "~", "a=b", "#", "a\nb"}) {
    CAPTURE(line);
    CHECK_FALSE(QuoteReader(line).words());
  }
}

TEST_CASE("a value comes out of the line as it went in, wherever it was put") {
  for (const std::string& value : kNastyValues) {
    CAPTURE(value);
    CHECK(words_read(line("x {}"), {{value}}) == Words({"x", value}));
    CHECK(words_read(line("x {} y"), {{value}}) == Words({"x", value, "y"}));
    CHECK(words_read(line("x a{}b"), {{value}}) == Words({"x", "a" + value + "b"}));
    CHECK(words_read(line("x out/{}.txt"), {{value}}) == Words({"x", "out/" + value + ".txt"}));
    CHECK(words_read(line("x '{}'"), {{value}}) == Words({"x", value}));
    CHECK(words_read(line("x 'a {} b'"), {{value}}) == Words({"x", "a " + value + " b"}));
    CHECK(words_read(line("x \"{}\""), {{value}}) == Words({"x", value}));
    CHECK(words_read(line("x \"it's \\\"{}\\\"\""), {{value}}) ==
          Words({"x", "it's \"" + value + "\""}));
    CHECK(words_read(line("x {}'{}'\"{}\"{}"), {{value}}) ==
          Words({"x", value + value + value + value}));
    CHECK(words_read(line("x"), {{value}}) == Words({"x", value}));
    CHECK(words_read(line("x {v} '{v}' \"{v}\""), {{}, kwargs({{"v", string(value)}})}) ==
          Words({"x", value, value, value}));
    CHECK(words_read(line("x {1} {2}"), {{value, value}}) == Words({"x", value, value}));
  }
}

TEST_CASE("several values are words of their own, or one word with blanks") {
  for (const std::string& a : kNastyValues) {
    for (const std::string& b : kNastyValues) {
      const Job job{{a, b}};
      CAPTURE(a);
      CAPTURE(b);
      REQUIRE(words_read(line("x {} y"), job) == Words({"x", a, b, "y"}));
      REQUIRE(words_read(line("x -{}"), job) == Words({"x", "-" + a + " " + b}));
      REQUIRE(words_read(line("x '{}' \"{}\""), job) == Words({"x", a + " " + b, a + " " + b}));
      REQUIRE(words_read(line("x"), job) == Words({"x", a, b}));
    }
  }
}

TEST_CASE("options and extra arguments are appended as quoted words") {
  for (const std::string& value : kNastyValues) {
    CAPTURE(value);
    auto text = line("x \n");
    text.extra_args = {value};
    CHECK(words_read(text, {{"p"}, kwargs({{"k", string(value)}})}) ==
          Words({"x", "-k", value, "p", value}));
  }
  CHECK(shell_line(line("x"), {{"a b"}, kwargs({{"key", string("v")}, {"flag", boolean(true)}})}) ==
        "x --key=v --flag 'a b'");
  CHECK(shell_line(line("x"), {{}, kwargs({{"key", string("v w")}})}) == "x '--key=v w'");
}

TEST_CASE("the line reads as a person would have written it") {
  CHECK(shell_line(line("gzip -k {} && mv {}.gz out/{/}.gz"), {{"d/a.txt"}}) ==
        "gzip -k d/a.txt && mv d/a.txt.gz out/a.txt.gz");
  CHECK(shell_line(line("printf \"<%s>\" {} \"{}\""), {{"it's"}}) ==
        "printf \"<%s>\" 'it'\\''s' \"it's\"");
  CHECK(shell_line(line("cat {} | wc -l"), {{"a", "b c"}}) == "cat a 'b c' | wc -l");
  CHECK(shell_line(line("x={}; echo \"$x\""), {{"a"}}) == "x='a'; echo \"$x\"");
  CHECK(shell_line(line("awk '{print $1}' {}"), {{"f"}}) == "awk '{print $1}' f");
  CHECK(shell_line(line("echo ${HOME} $(date +%s) `id` {}"), {{"f"}}) ==
        "echo ${HOME} $(date +%s) `id` f");
}

TEST_CASE("quotes stay where a plain value would change what the shell reads") {
  CHECK(shell_line(line("{} --version"), {{"if"}}) == "'if' --version");
  CHECK(shell_line(line("{} --version"), {{"gcc"}}) == "gcc --version");
  CHECK(shell_line(line("i{} x"), {{"f"}}) == "i'f' x");
  CHECK(shell_line(line("{1}{2} x"), {{"i", "f"}}) == "'i''f' x");
  CHECK(shell_line(line("echo {}>f"), {{"2"}}) == "echo '2'>f");
  CHECK(shell_line(line("echo ~{}"), {{"root"}}) == "echo ~'root'");
  CHECK(shell_line(line("{}=b x"), {{"PATH"}}) == "'PATH'=b x");
  CHECK(shell_line(line("echo {a,{}}"), {{"b,c"}}) == "echo {a,'b,c'}");
}

TEST_CASE("a value does not lengthen the name of a variable before it") {
  CHECK(shell_line(line("echo \"$a{}\""), {{"b"}}) == "echo \"$a\"\"b\"");
  CHECK(shell_line(line("echo $a{}"), {{"b"}}) == "echo $a'b'");
  CHECK(shell_line(line("echo \"$a{%}\"")) == "echo \"$a\"\"<%>\"");
}

TEST_CASE("whole words vanish without arguments, other places become empty") {
  CHECK(shell_line(line("x {} y")) == "x  y");
  CHECK(shell_line(line("x a{}")) == "x a''");
  CHECK(shell_line(line("x '{}' \"{}\"")) == "x '' \"\"");
  CHECK(shell_line(line("x > {} y")) == "x > '' y");
  CHECK(shell_line(line("x > {} y"), {{"a", "b"}}) == "x > 'a b' y");
  CHECK(shell_line(line("x {v} y"), {{}, kwargs({{"v", array({string("a b"), string("c")})}})}) ==
        "x 'a b' c y");
  CHECK(shell_line(line("x {v}"), {{}, kwargs({{"v", null()}})}) == "x ''");
}

TEST_CASE("a line that is exactly {} is the item itself") {
  CHECK(shell_line(line("{}"), {{"echo hi; sleep 60"}}) == "echo hi; sleep 60");
  CHECK(shell_line(line(" {}\n"), {{"echo", "$HOME"}}) == "echo $HOME");
  CHECK(shown(line("{}"), {{"ls -l"}}) == "[ls][-l]");
  CHECK(shown(line("{}"), {{""}}) == "error: the command line is empty");
  CHECK(shown(line("{}")) == "error: the command line is empty");
  CHECK(shell_line(line("{}"), {{"-x"}}) == " -x");
  auto text = line("%");
  text.all_token = "%";
  CHECK(shell_line(text, {{"a; b"}}) == "a; b");
  CHECK(shell_line(line("{1}"), {{"a; b"}}) == "'a; b'");
}

TEST_CASE("what is appended to an item stays in quotes, or is refused") {
  const Kwargs own = kwargs({{"k", string("$(id)")}});
  CHECK(shell_line(line("{}"), {{"echo hi \n"}, own}) == "echo hi -k '$(id)'");
  CHECK(shell_line(line("{}"), {{"cat <<A\nx\nA\n"}, own}) ==
        "error: the command line ends after \"<<\", where no argument can be appended: put a "
        "placeholder where it belongs");
}

TEST_CASE("a placeholder where it cannot be quoted is an error that says why") {
  CHECK(
      shown(line("echo $(cat {})"), {{"a"}}) ==
      "error: \"{}\" stands inside $(…), where it cannot be quoted safely; use a variable: x={}; … "
      "\"$x\"");
  struct Row {
    std::string text, message;
  };
  const Row rows[] = {
      {"echo `cat {}`", "\"{}\" stands inside backquotes"},
      {"echo \"$(cat \"{1}\")\"", "\"{1}\" stands inside $(…)"},
      {"echo $(({1}+1))", "\"{1}\" stands inside $(…)"},
      {"echo ${x:-{}}", "\"{}\" stands inside ${…}"},
      {"echo ${1}", "\"{1}\" stands directly after \"$\""},
      {"echo \"$\"{} ${#}", "\"{#}\" stands directly after \"$\""},
      {"echo $'{}'", "\"{}\" stands inside or after $'…'"},
      {"cat <<A\n{}\nA", "\"{}\" stands after \"<<\""},
      {"echo # {%}", "\"{%}\" stands in a comment"},
      {"((x={}))", "\"{}\" stands after something that shells read differently"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(shown(line(row.text), {{"a"}}).starts_with("error: " + row.message));
  }
}

TEST_CASE("a name in a dangerous place is an error only for the jobs that know it") {
  const auto text = line("echo ${HOME} \"${HOME}\"");
  CHECK(shell_line(text) == "echo ${HOME} \"${HOME}\"");
  CHECK(shell_line(text, {{}, kwargs({{"HOME", string("x")}})})
            .starts_with("error: \"{HOME}\" stands directly after \"$\""));
  auto with_default = text;
  with_default.defaults = kwargs({{"HOME", string("x")}});
  CHECK_FALSE(fanout::Template::parse(std::make_shared<CommandText>(with_default)));
}

TEST_CASE("a backslash makes the next brace plain text") {
  CHECK(shell_line(line("echo \\{} {1}"), {{"a"}}) == "echo \\{} a");
  CHECK(shell_line(line("echo \"\\{}\" {1}"), {{"a"}}) == "echo \"\\{}\" a");
  CHECK(shell_line(line("echo '\\{}'"), {{"a"}}) == "echo '\\a'");
  CHECK(shell_line(line("echo \\\\{}"), {{"a"}}) == "echo \\\\'a'");
}

TEST_CASE("nothing is appended where it would be code, or lost") {
  for (const std::string text :
       {"echo 'a", "echo \"a", "echo # a", "cat <<A\nb\nA\n", "echo `a", "echo $(a", "echo \\",
        "echo a;", "echo a &", "echo a |", "echo $", "((1))"}) {
    CAPTURE(text);
    CHECK(shown(line(text), {{"x"}}).starts_with("error: the command line ends "));
    auto off = line(text);
    off.placeholders = false;
    CHECK(shown(off, {{"x"}}).starts_with("error: the command line ends "));
    CHECK(shell_line(line(text)) == text);
  }
}

TEST_CASE("placeholders off: the line stays and arguments are appended") {
  auto text = line("echo {} `{}` ");
  text.placeholders = false;
  CHECK(shell_line(text, {{"a b"}}) == "echo {} `{}` 'a b'");
  CHECK(shell_line(text) == "echo {} `{}` ");
}

TEST_CASE("a simple line of simple values needs no shell") {
  CHECK(shown(line("gzip -k {}"), {{"a.txt"}}) == "[gzip][-k][a.txt]");
  CHECK(shown(line("gzip {}"), {{"a", "b"}}) == "[gzip][a][b]");
  CHECK(shown(line("gzip {}"), {{"a b"}}) == "[/bin/sh][-c][gzip 'a b']");
  CHECK(shown(line("gzip {}"), {{""}}) == "[/bin/sh][-c][gzip '']");
  CHECK(shown(line("gzip"), {{"a"}}) == "[gzip][a]");
  CHECK(shown(line("echo {}"), {{"a"}}) == "[/bin/sh][-c][echo a]");
}

TEST_CASE("the slot's number finds its place in a line") {
  CHECK(shown(line("gzip {%} log.{%}.txt")) == "[gzip][<%>][log.<%>.txt]");
  CHECK(shown(line("gzip {}{%}"), {{"a b"}}) == "[/bin/sh][-c][gzip 'a b''<%>']");
  CHECK(shown(line("gzip '{%}' \"{%}\"; a")) == "[/bin/sh][-c][gzip '<%>' \"<%>\"; a]");
  CHECK(shown(line("echo {%}>f")) == "[/bin/sh][-c][echo '<%>'>f]");
  CHECK(shown(line("{%}")) == "[/bin/sh][-c][<%>]");
}

TEST_CASE("a command line is one word that is not blank") {
  CHECK(shown(line("")) == "error: the command line is empty");
  CHECK(shown(line(" \n\t"), {{"ls"}}) == "error: the command line is empty");
  CHECK(shown(line("{} {}"), {{}, kwargs({{"k", string("v")}})}) ==
        "error: the command line is empty");
  auto two = line("a");
  two.words.push_back("b");
  CHECK(shown(two) == "error: a command line is one word, but there are 2: quote it as a whole");
  two.words.clear();
  CHECK(shown(two) == "error: the command line is empty");
}
