#include "fanout/base/text.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace fanout;

TEST_CASE("UTF-8 is what RFC 3629 says") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("plain text that is longer than eight bytes"));
  CHECK(is_utf8("gr\xC3\xBC\xC3\x9F"));
  CHECK(is_utf8("\xE2\x82\xAC \xF0\x9F\x98\x80 \xF4\x8F\xBF\xBF"));
  CHECK(is_utf8(std::string_view("a\0b", 3)));
  for (const char* wrong :
       {"\xff", "\x80", "\xC0\xAF", "\xC3", "\xE2\x82", "\xED\xA0\x80", "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80", "\xE0\x80\xAF", "12345678\xff"}) {
    CAPTURE(wrong);
    CHECK_FALSE(is_utf8(wrong));
  }
}

TEST_CASE("sanitized text cannot drive a terminal") {
  CHECK(sanitize("a\x1b[31mb") == "a\\x1b[31mb");
  CHECK(sanitize("a\nb\tc\r") == "a\\nb\\tc\\r");
  CHECK(sanitize("\x7f\xff") == "\\x7f\\xff");
  CHECK(sanitize("\xC2\x9B"
                 "31m") == "\\xc2\\x9b31m");  // CSI as one character
  CHECK(sanitize("gr\xC3\xBC\xC3\x9F") == "gr\xC3\xBC\xC3\x9F");
}

TEST_CASE("sanitized lines keep what makes them lines") {
  CHECK(sanitize_lines("a\tb\n\x1b[2J\r\n\xff") == "a\tb\n\\x1b[2J\\r\n\\xff");
}

TEST_CASE("a character that is cut is told from one that never was") {
  CHECK(size_of_cut_character("") == 0);
  CHECK(size_of_cut_character("gr\xC3\xBC") == 0);
  CHECK(size_of_cut_character("gr\xC3") == 1);
  CHECK(size_of_cut_character("\xE2\x82") == 2);
  CHECK(size_of_cut_character("a\xF0\x9F\x98") == 3);
  for (const char* never : {"a\xff", "\x80", "\xED\xA0", "\xE0\x80", "\xF4\x90", "\xC3\xBC\x80"}) {
    CAPTURE(never);
    CHECK(size_of_cut_character(never) == 0);
  }
}

TEST_CASE("a shortened text is not cut inside a character") {
  CHECK(sanitize_short("abcdef", 6) == "abcdef");
  CHECK(sanitize_short("abcdef", 3) == "abc…");
  CHECK(sanitize_short("a\xC3\xBC"
                       "b",
                       2) == "a…");
}

TEST_CASE("a word is quoted only when a shell needs it") {
  CHECK(shell_quote("a-b_c/d.e=f") == "a-b_c/d.e=f");
  CHECK(shell_quote("") == "''");
  CHECK(shell_quote("a b") == "'a b'");
  CHECK(shell_quote("it's") == "'it'\\''s'");
  CHECK(shell_quote("~") == "'~'");
}

TEST_CASE("a word with control characters can be shown and pasted") {
  CHECK(shell_quote_visibly("a b") == "'a b'");
  CHECK(shell_quote_visibly("gr\xC3\xBC\xC3\x9F") == "'gr\xC3\xBC\xC3\x9F'");
  CHECK(shell_quote_visibly("it's\n\t\r\\") == "$'it\\'s\\n\\t\\r\\\\'");
  CHECK(shell_quote_visibly("\x1b"
                            "7\x7f\xff") == "$'\\0337\\177\\377'");
  CHECK(shell_quote_visibly("\xC2\x9B\xC3\xBC") == "$'\\302\\233\xC3\xBC'");
  CHECK(shell_join(std::array<std::string, 2>{"if", "\a"}, shell_quote_visibly) == "'if' $'\\007'");
}

TEST_CASE("a first word is neither an assignment nor grammar") {
  CHECK(shell_join(std::array<std::string, 2>{"A=1", "B=2"}) == "'A=1' B=2");
  CHECK(shell_join(std::array<std::string, 2>{"time", "if"}) == "'time' if");
}

TEST_CASE("the nearest name is found for typing mistakes, not for other words") {
  constexpr std::array<std::string_view, 4> names{"timeout", "retries", "max_workers", "pause"};
  CHECK(nearest_name("tiemout", names) == "timeout");
  CHECK(nearest_name("max_worker", names) == "max_workers");
  CHECK(nearest_name("max", names) == "max_workers");
  CHECK(nearest_name("pasue", names) == "pause");
  CHECK(nearest_name("colour", names).empty());
  CHECK(nearest_name(std::string(100000, 'x'), names).empty());
  CHECK(did_you_mean("retires", names) == " (did you mean \"retries\"?)");
  CHECK(did_you_mean("zzz", names).empty());
}

TEST_CASE("alternatives read as a sentence") {
  CHECK(one_of(std::array<std::string_view, 3>{"a", "b", "c"}) == "\"a\", \"b\" or \"c\"");
  CHECK(one_of(std::array<std::string_view, 1>{"a"}) == "\"a\"");
}
