#include "cli/map_words.hpp"

#include <doctest/doctest.h>

using namespace fanout;

namespace {

/// `command | items: a b | linked files: c`, or the error.
std::string split(const std::vector<std::string>& words) {
  const Result<MapWords> parts = split_words(words);
  if (!parts) return parts.error().message;
  std::string told;
  for (const std::string& word : parts->command) told += (told.empty() ? "" : " ") + word;
  for (const ListWords& list : parts->lists) {
    told += list.joined == RowList::Joined::linked ? " | linked " : " | ";
    told += list.kind == ListWords::Kind::items ? "items:" : "files:";
    for (const std::string& word : list.words) told += " " + word;
  }
  return told;
}

}  // namespace

TEST_CASE("marks end the command and open lists") {
  CHECK(split({"echo", "x"}) == "echo x");
  CHECK(split({"echo", ":::"}) == "echo | items:");
  CHECK(split({"echo", ":::", "a", "b", ":::+", "c", "::::", "d", "-", "::::+", "e"}) ==
        "echo | items: a b | linked items: c | files: d - | linked files: e");
  CHECK(split({"echo", ":::++", ":::::", ":::", "::"}) == "echo :::++ ::::: | items: ::");
}

TEST_CASE("there is a command, and a list of files has files") {
  CHECK(split({}) == "map needs a command, then ::: and the items");
  CHECK(split({":::", "a"}) == "map needs a command, then ::: and the items");
  CHECK(split({"echo", "::::", ":::", "a"}) ==
        "\"::::\" needs a file that has the items (- is standard input)");
}
