#include "cli/foreign_options.hpp"

#include <doctest/doctest.h>

#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "cli/typed_options.hpp"

using namespace fanout;

namespace {

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

bool is_ours(CommandSet command, const std::string& spelling) {
  return spelling.starts_with("--") ? find_option(command, spelling.substr(2)) != nullptr
                                    : find_option(command, spelling[1]) != nullptr;
}

std::string complaint(CommandSet command, const std::string& argument) {
  const Result<TypedOptions> typed = parse_options(command, WordPlace::after_options, {argument});
  return typed ? "none" : typed.error().message;
}

}  // namespace

TEST_CASE("an option of another program is answered with ours") {
  CHECK(complaint(CommandSet::map, "-k") ==
        "unknown option \"-k\"; the order of the input is --order input");
  CHECK(complaint(CommandSet::map, "-rk") ==
        "unknown option \"-r\"; not needed: without items nothing is run");
  CHECK(complaint(CommandSet::run, "--jobs=4") ==
        "unknown option \"--jobs\"; N jobs at once are -j N");
  CHECK(complaint(CommandSet::call, "--jobs") == "unknown option \"--jobs\"");
}

TEST_CASE("each spelling stands in the table once and is no option of ours") {
  std::set<std::string> seen;
  for (const ForeignOption& option : foreign_options()) {
    for (const std::string& spelling : words_of(option.spellings)) {
      CAPTURE(spelling);
      CHECK(seen.insert(spelling).second);
      CHECK(hint_for(CommandSet::map, spelling) == option.hint);
      CHECK_FALSE(is_ours(CommandSet::map, spelling));
    }
  }
}

TEST_CASE("hints name options that exist") {
  for (const ForeignOption& option : foreign_options()) {
    for (std::string word : words_of(option.hint)) {
      while (!word.empty() && (word.back() == ';' || word.back() == ',')) word.pop_back();
      if (!word.starts_with('-') || word == "--version") continue;
      CAPTURE(word);
      CHECK(is_ours(CommandSet::map, word));
    }
  }
}
