#include "fanout/base/utf8.hpp"

#include <doctest/doctest.h>

#include <string>

#include "fanout/base/text.hpp"

using namespace fanout;

namespace {

std::optional<std::uint64_t> last_error(std::string_view bytes) {
  Utf8Checker checker;
  checker.add(bytes);
  return checker.last_error();
}

/// The same, of single bytes.
std::optional<std::uint64_t> last_error_by_bytes(std::string_view bytes) {
  Utf8Checker checker;
  for (const char& byte : bytes) checker.add({&byte, 1});
  return checker.last_error();
}

/// The same, cut at every two places.
void check_all_splits(std::string_view bytes) {
  const auto whole = last_error(bytes);
  for (std::size_t first = 0; first <= bytes.size(); ++first) {
    for (std::size_t second = first; second <= bytes.size(); ++second) {
      Utf8Checker checker;
      checker.add(bytes.substr(0, first));
      checker.add(bytes.substr(first, second - first));
      checker.add(bytes.substr(second));
      CAPTURE(first);
      CAPTURE(second);
      CHECK(checker.last_error() == whole);
    }
  }
}

}  // namespace

TEST_CASE("text is text wherever it is cut") {
  for (const std::string_view text : {"", "plain", "é", "€uro", "a😀b", "\x01 é€😀 and 0123456789"}) {
    CHECK_FALSE(last_error(text));
    check_all_splits(text);
  }
}

TEST_CASE("what is not text says where it last was none, wherever it is cut") {
  CHECK(last_error("a\xff"
                   "b") == 1);
  CHECK(last_error("\xff\xff") == 1);
  CHECK(last_error("ab\x80") == 2);
  CHECK(last_error("ab\xe2\x82") == 2);  // the end cut it
  CHECK(last_error("\xe2\x82"
                   "abc") == 0);  // another character did
  CHECK(last_error("a\xe2\xe2\x82\xac") == 1);
  for (const std::string_view bytes : {"a\xff"
                                       "b",
                                       "\xe2\x82"
                                       "abc",
                                       "a\xe2\xe2\x82\xac", "\xf0\x9f\x98"}) {
    check_all_splits(bytes);
  }
}

TEST_CASE("the last error of much is the same as of single bytes, wherever it lies") {
  const std::string_view errors[] = {"\xff", "\x80\x80\x80\x80\x80", "\xe2\x82", "\xc3",
                                     "\xf0\x9f\x98"};
  for (const std::string_view filling : {"x", "é", "€", "😀"}) {
    std::string text;
    while (text.size() < 2000) text += filling;
    CHECK_FALSE(last_error(text));
    for (const std::string_view error : errors) {
      for (std::size_t at = text.size() - 1000; at <= text.size(); at += filling.size()) {
        std::string bytes = text;
        bytes.insert(at, error);
        if (last_error(bytes) != last_error_by_bytes(bytes)) FAIL_CHECK(filling << " at " << at);
        bytes.insert(100 - 100 % filling.size(), "\xff");  // an earlier one
        if (last_error(bytes) != last_error_by_bytes(bytes)) FAIL_CHECK(filling << " at " << at);
      }
    }
  }
  const std::string rests(3000, '\x80');
  CHECK(last_error(rests) == 2999);
}

TEST_CASE("what follows much that was no text is judged by where that ended") {
  const std::string begun = std::string(2000, '\xff') + "\xe2\x82";
  Utf8Checker checker;
  checker.add(begun);
  CHECK(checker.has_failed());
  CHECK(checker.last_error() == 2000);
  checker.add("\xac and so on");
  CHECK(checker.last_error() == 1999);
}

TEST_CASE("a sequence that may still become a character is no failure yet") {
  Utf8Checker checker;
  checker.add("\xe2\x82");
  CHECK_FALSE(checker.has_failed());
  CHECK(checker.last_error() == 0);
  checker.add("a");
  CHECK(checker.has_failed());
}

TEST_CASE("every sequence of three bytes is judged as is_utf8 does") {
  std::string three(3, '\0');
  std::size_t differ = 0;
  for (unsigned a = 0x70; a < 0x100; ++a) {
    for (unsigned b = 0x70; b < 0x100; ++b) {
      for (unsigned c = 0x70; c < 0x100; ++c) {
        three = {static_cast<char>(a), static_cast<char>(b), static_cast<char>(c)};
        differ += last_error(three).has_value() == is_utf8(three) ? 1U : 0U;
      }
    }
  }
  CHECK(differ == 0);
}

TEST_CASE("every sequence that begins with four is judged as is_utf8 does") {
  std::size_t differ = 0;
  for (unsigned a = 0xEF; a < 0x100; ++a) {
    for (unsigned b = 0x7F; b < 0xC1; ++b) {
      for (const char c : {'\x7f', '\x80', '\xbf', '\xc0'}) {
        for (const char d : {'\x7f', '\x80', '\xbf', '\xc0'}) {
          const std::string four = {static_cast<char>(a), static_cast<char>(b), c, d};
          differ += last_error(four).has_value() == is_utf8(four) ? 1U : 0U;
        }
      }
    }
  }
  CHECK(differ == 0);
}

TEST_CASE("a tail that begins with a character is text exactly when no error lies in it") {
  const std::string bytes =
      "\xc3\xa9\xff"
      "a\xe2\x82"
      "b\xe2\x82\xac"
      "c";
  const auto error = last_error(bytes);
  REQUIRE(error);
  for (std::size_t start = 0; start < bytes.size(); ++start) {
    if ((static_cast<unsigned char>(bytes[start]) & 0xC0) == 0x80) continue;
    CAPTURE(start);
    CHECK(is_utf8(std::string_view(bytes).substr(start)) == (*error < start));
  }
}
