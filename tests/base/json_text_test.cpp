#include "fanout/base/json_text.hpp"

#include <doctest/doctest.h>

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
