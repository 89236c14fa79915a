#include "manifest/locator.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace fanout;

namespace {

std::string place(Locator& locator, std::size_t offset) {
  const Origin origin = locator.origin(offset);
  return std::to_string(origin.line) + ":" + std::to_string(origin.column);
}

}  // namespace

TEST_CASE("lines and columns count from 1, columns in bytes") {
  Locator locator(nullptr, "aé\nb\n\nc");
  CHECK(place(locator, 0) == "1:1");
  CHECK(place(locator, 3) == "1:4");
  CHECK(place(locator, 4) == "2:1");
  CHECK(place(locator, 6) == "3:1");
  CHECK(place(locator, 7) == "4:1");
  CHECK(place(locator, 8) == "4:2");
  CHECK(place(locator, 99) == "4:2");
}

TEST_CASE("an offset may go back") {
  Locator locator(nullptr, "a\nb\nc");
  CHECK(place(locator, 4) == "3:1");
  CHECK(place(locator, 2) == "2:1");
  CHECK(place(locator, 2) == "2:1");
  CHECK(place(locator, 4) == "3:1");
}

TEST_CASE("a text that begins within a file counts on from there") {
  Locator locator(nullptr, "ab\nc", 7, 10);
  CHECK(place(locator, 1) == "7:11");
  CHECK(place(locator, 3) == "8:1");
}

TEST_CASE("an error says file, line and column") {
  Locator locator(std::make_shared<const std::string>("jobs.json"), "a\nb");
  const Error error = locator.error(2, "what is wrong");
  CHECK(error.kind == ErrorKind::usage);
  CHECK(error.message == "jobs.json:2:1: what is wrong");
}

TEST_CASE("many offsets in one long line cost no more than the line") {
  const std::string text(2'000'000, 'x');
  Locator locator(nullptr, text);
  for (std::size_t offset = 0; offset < text.size(); offset += 10) {
    REQUIRE(locator.origin(offset).column == offset + 1);
  }
}
