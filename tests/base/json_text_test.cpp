#include "fanout/base/json_text.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <string>
#include <vector>

using namespace fanout;

namespace {

std::string string_of(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string base64_of(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

/// One character, slowly.
std::string escape_of(unsigned code) {
  constexpr std::string_view kNamed = "\"\\\b\f\n\r\t";
  if (code < 0x80 && kNamed.find(static_cast<char>(code)) != kNamed.npos) {
    return std::string("\\") + "\"\\bfnrt"[kNamed.find(static_cast<char>(code))];
  }
  if (code < 0x20 || (code >= 0x7F && code < 0xA0)) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "\\u%04x", code);
    return text.data();
  }
  return {};
}

std::string utf8_of(unsigned code) {
  if (code < 0x80) return {static_cast<char>(code)};
  return {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
}

}  // namespace

TEST_CASE("a JSON string escapes what it must") {
  CHECK(string_of("") == "\"\"");
  CHECK(string_of("a\"b\\c") == R"("a\"b\\c")");
  CHECK(string_of("\b\f\n\r\t\x1b\x7f") == R"("\b\f\n\r\t\u001b\u007f")");
  CHECK(string_of(std::string_view("\0", 1)) == R"("\u0000")");
  CHECK(string_of("gr\xC3\xBC/") == "\"gr\xC3\xBC/\"");
}

TEST_CASE("a JSON string has no control character of two bytes") {
  CHECK(string_of("\xC2\x80 \xC2\x9B"
                  "31m \xC2\x9F\xC2\xA0") == "\"\\u0080 \\u009b31m \\u009f\xC2\xA0\"");
}

TEST_CASE("every character of one or two bytes is escaped or not, wherever it stands") {
  for (unsigned code = 0; code < 0x800; ++code) {
    const std::string character = utf8_of(code);
    const std::string escape = escape_of(code);
    const std::string& written = escape.empty() ? character : escape;
    for (std::size_t before = 0; before < 10; ++before) {
      for (const std::size_t after : {0U, 1U, 9U}) {
        const std::string begin(before, 'x');
        const std::string end(after, '~');
        std::string out;
        append_json_escaped(out, begin + character + end);
        if (out != begin + written + end) FAIL_CHECK(code << " after " << before);
      }
    }
  }
}

TEST_CASE("a long text is escaped like its characters, whatever is beside what") {
  for (const std::string character : {"\x01", "\n", "\xC2\x9B", "\xC2\xA9", "€", "x"}) {
    std::string one;
    append_json_escaped(one, character);
    for (std::size_t before = 500; before < 530; ++before) {
      std::string text(before, 'x');
      std::string expected = text;
      for (int i = 0; i < 1200; ++i) {
        text += character;
        expected += one;
      }
      std::string out;
      append_json_escaped(out, text);
      if (out != expected) FAIL_CHECK(one << " after " << before);
    }
  }
}

TEST_CASE("base64 of much is that of its groups of three") {
  for (const std::size_t size : {3071U, 3072U, 3073U, 3074U, 3075U, 10000U}) {
    std::string bytes;
    while (bytes.size() < size) bytes += static_cast<char>(bytes.size() * 7 + bytes.size() / 256);
    std::string expected = "<";
    for (std::size_t i = 0; i < size; i += 3) expected += base64_of(bytes.substr(i, 3));
    std::string out = "<";
    append_base64(out, bytes);
    CHECK(out == expected);
  }
}

TEST_CASE("base64 is that of RFC 4648") {
  CHECK(base64_of("") == "");
  CHECK(base64_of("f") == "Zg==");
  CHECK(base64_of("fo") == "Zm8=");
  CHECK(base64_of("foo") == "Zm9v");
  CHECK(base64_of("foobar") == "Zm9vYmFy");
  CHECK(base64_of("\xff\xfe\xfd") == "//79");
}

TEST_CASE("a word that is not UTF-8 keeps its bytes as base64") {
  std::string out;
  append_json_word(out, "a\xff");
  CHECK(out == R"({"base64":"Yf8="})");
}

TEST_CASE("several words are an array") {
  std::string out = "x";
  append_json_words(out, std::vector<std::string>{"a\"b", "", "\xff"});
  CHECK(out == R"(x["a\"b","",{"base64":"/w=="}])");
  out.clear();
  append_json_words(out, {});
  CHECK(out == "[]");
}
