#include "xargs/shell_words.hpp"

#include <doctest/doctest.h>

#include <clocale>
#include <string>
#include <vector>

using namespace fanout;

namespace {

/// A locale for as long as it lives.
class Locale {
 public:
  explicit Locale(const char* name) : found_(std::setlocale(LC_CTYPE, nullptr)) {
    is_there_ = std::setlocale(LC_CTYPE, name) != nullptr;
  }
  ~Locale() { std::setlocale(LC_CTYPE, found_.c_str()); }
  Locale(const Locale&) = delete;
  Locale& operator=(const Locale&) = delete;

  bool is_there() const { return is_there_; }

 private:
  std::string found_;
  bool is_there_ = false;
};

}  // namespace

TEST_CASE("words that a shell takes as they are stay so") {
  for (const char* word : {"a", "a-b", "%+,-./:@]_", "n#o", "a~", "{a", "x}"}) {
    CHECK(xargs_quote(word) == word);
  }
}

TEST_CASE("words that it does not are quoted, as the program of the same name does it") {
  struct Row {
    std::string word;
    std::string quoted;
  };
  const Row rows[] = {
      {"", "''"},
      {"c d", "'c d'"},
      {"e'f", "\"e'f\""},
      {"#x'", "\"#x'\""},
      {"x'#", "'x'\\''#'"},
      {"g$h'", "'g$h'\\'''"},
      {"\"i", "'\"i'"},
      {"{", "'{'"},
      {"#n", "'#n'"},
      {"~m", "'~m'"},
      {"\t", "''$'\\t'"},
      {"a\tb", "'a'$'\\t''b'"},
      {"a'b\nc", "'a'\\''b'$'\\n''c'"},
      {"e\001f", "'e'$'\\001''f'"},
      {"\177", "''$'\\177'"},
      {"x'\001", "'''x'\\'''$'\\001'"},
      {"\001'", "''$'\\001'\\'''"},
      {"' \001x", "''\\'' '$'\\001''x'"},
  };
  for (const Row& row : rows) CHECK(xargs_quote(row.word) == row.quoted);
}

TEST_CASE("which characters can be printed depends on the locale") {
  {
    const Locale plain("C");
    CHECK(xargs_quote("\xc3\xa4") == "''$'\\303\\244'");
  }
  const Locale unicode("C.UTF-8");
  if (!unicode.is_there()) return;
  CHECK(xargs_quote("\xc3\xa4") == "\xc3\xa4");
  CHECK(xargs_quote("\xc3\xa4'") == "\"\xc3\xa4'\"");
  CHECK(xargs_quote("\xc3\xa4\xc3") == "'\xc3\xa4'$'\\303'");
  CHECK(xargs_quote("\xc2\x85") == "''$'\\302\\205'");
}

TEST_CASE("a command is its words with blanks between them") {
  CHECK(xargs_words(std::vector<std::string>{"a", "", "b c"}) == "a '' 'b c'");
}

TEST_CASE("names in messages have the quotes of the locale, and show what cannot be printed") {
  const Locale plain("C");
  CHECK(xargs_name("a'b\\c\n\1\xff") == "'a\\'b\\\\c\\n\\001\\377'");
  const Locale unicode("C.UTF-8");
  if (!unicode.is_there()) return;
  CHECK(xargs_name("a'b\xff") == "\u2018a'b\\377\u2019");
  CHECK(xargs_name("\u2019") == "\u2018\\\u2019\u2019");
}
