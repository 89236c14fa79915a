#include "xargs/item_reader.hpp"

#include <doctest/doctest.h>

#include "fanout/base/overloaded.hpp"
#include "xargs/fakes.hpp"

using namespace fanout;
using namespace fanout::test;

namespace {

struct Read {
  std::string items;  ///< `[ITEM]`, with `/` behind it where it ends a line
  std::string error;
  std::string said;
  std::uint64_t unused = 0;
};

Read read_all(std::deque<std::string> pieces, ItemSyntax syntax = {}) {
  Heard heard;
  ItemReader reader(std::make_unique<Pieces>(std::move(pieces)), std::move(syntax), heard.notes);
  Read read;
  for (bool is_over = false; !is_over;) {
    std::visit(Overloaded{
                   [&](const ItemReader::Item& item) {
                     read.items += "[" + std::string(item.text) + "]";
                     if (item.ends_line) read.items += "/";
                   },
                   [](const NotYet&) {},
                   [&](const ItemReader::EndOfItems&) { is_over = true; },
                   [&](const Error& error) {
                     read.error = error.message;
                     is_over = true;
                   },
               },
               reader.next());
  }
  read.said = heard.said.text;
  read.unused = reader.unused();
  return read;
}

ItemSyntax lines() {
  ItemSyntax syntax;
  syntax.form = ItemSyntax::Form::lines;
  return syntax;
}

ItemSyntax delimited(char delimiter) {
  ItemSyntax syntax;
  syntax.form = ItemSyntax::Form::delimited;
  syntax.delimiter = delimiter;
  return syntax;
}

struct Row {
  std::string input;
  std::string items;
};

/// Also in pieces of one byte, with pauses between them: nothing may depend on how bytes arrive.
void check(const Row& row, const ItemSyntax& syntax) {
  CAPTURE(row.input);
  CHECK(read_all({row.input}, syntax).items == row.items);
  std::deque<std::string> pieces;
  for (const char c : row.input) {
    pieces.emplace_back(1, c);
    pieces.emplace_back();
  }
  CHECK(read_all(pieces, syntax).items == row.items);
}

}  // namespace

TEST_CASE("words end at blanks and newlines, and quotes keep them together") {
  const Row rows[] = {
      {"a b\nc", "[a][b]/[c]"},
      {"a 'b c' \"d e\" f\\ g\n", "[a][b c][d e][f g]/"},
      {"a''b\"c\"d\n", "[abcd]/"},
      {"a\tb\vc\fd\re\n", "[a][b\vc\fd\re]/"},
      {"\va \fb \rc \v\n", "[a][b][c]"},
      {" \n\n \n", ""},
      {"a \n\nb\n", "[a][b]/"},
      {"a b\\\nc\n", "[a][b\nc]/"},
      {"'x '\nb\n", "[x ]/[b]/"},
      {"a\\ \nb\n", "[a ][b]/"},
      {"''\n", "[]/"},
      {"a '' b", "[a][][b]"},
      {"'a \"b' \"c 'd\"\n", "[a \"b][c 'd]/"},
      {"'a\\b' \"c\\d\"\n", "[a\\b][c\\d]/"},
  };
  for (const Row& row : rows) check(row, {});
}

TEST_CASE("at the very end what has no character yet is nothing") {
  for (const char* input : {"", "'", "''", "\"\"", "\\"}) check({input, ""}, {});
  check({"a ''", "[a]"}, {});
  check({"a\\", "[a]"}, {});
}

TEST_CASE("lines keep their blanks, but for those in front") {
  const Row rows[] = {
      {"  a b  \n\tc\n\n\"q r\" s\n", "[a b  ][c]/[q r s]/"},
      {"a\\\nb\nc", "[a\nb]/[c]"},
      {"\"\"\n", "[]/"},
  };
  for (const Row& row : rows) check(row, lines());
}

TEST_CASE("delimited items are what stands between delimiters") {
  check({"a\n\n'b", "[a\n\n'b]"}, delimited('\0'));
  check({"a,,b\\ ,", "[a]/[]/[b\\ ]/"}, delimited(','));
  check({std::string("\0", 1), "[]/"}, delimited('\0'));
  check({"", ""}, delimited('\0'));
}

TEST_CASE("a NUL ends an item early and is warned of once") {
  const Read read = read_all({std::string("a\0b c\0\nd", 8)});
  CHECK(read.items == "[a][c]/[d]");
  CHECK(read.said.find("WARNING: a NUL character occurred in the input.  It cannot") == 7);
  CHECK(read.said.find("WARNING", 10) == std::string::npos);
  const Read delimited_read = read_all({std::string("a\0b,c", 5)}, delimited(','));
  CHECK(delimited_read.items == "[a]/[c]");
  CHECK(delimited_read.said == "");
}

TEST_CASE("quotes end with their line") {
  const Read read = read_all({"a 'b\nc"});
  CHECK(read.items == "[a]");
  CHECK(read.error == kUnmatchedSingle);
  CHECK(read.unused == 1);
  CHECK(read_all({"a 'b"}).error == kUnmatchedSingle);
  CHECK(read_all({"\"b\n"}).error.starts_with("unmatched double quote;"));
  CHECK(read_all({"a '"}).error == "");
}

TEST_CASE("an item of too many bytes is an error, and what is behind it is not taken") {
  ItemSyntax syntax;
  syntax.longest = 3;
  const Read read = read_all({"abc abcdef"}, syntax);
  CHECK(read.items == "[abc]");
  CHECK(read.error == "argument line too long");
  CHECK(read.unused == 2);
  ItemSyntax items = delimited(',');
  items.longest = 3;
  CHECK(read_all({"abc,abcdef"}, items).error == "argument line too long");
}

TEST_CASE("the end word is an item, however it is quoted, and what is behind it is not taken") {
  ItemSyntax syntax;
  syntax.end_word = "END";
  CHECK(read_all({"a END b"}, syntax).items == "[a]");
  CHECK(read_all({"a \"END\" b"}, syntax).items == "[a]");
  CHECK(read_all({"a ENDE b"}, syntax).items == "[a][ENDE][b]");
  CHECK(read_all({"a\nEND\nrest"}, syntax).unused == 4);
  // Without a newline only where it is alone: a quirk of GNU xargs.
  CHECK(read_all({"a\nEND"}, syntax).items == "[a]/");
  CHECK(read_all({"a END "}, syntax).items == "[a]");
  CHECK(read_all({"a END"}, syntax).items == "[a][END]");
  CHECK(read_all({"a \nEND"}, syntax).items == "[a][END]");
  ItemSyntax by_line = lines();
  by_line.end_word = "END";
  CHECK(read_all({"a b\n END\nc"}, by_line).items == "[a b]/");
  CHECK(read_all({"a\nb END\n"}, by_line).items == "[a]/[b END]/");
}
