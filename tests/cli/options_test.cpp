#include "cli/options.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "cli/help.hpp"
#include "fanout/settings.hpp"

using namespace fanout;

namespace {

std::size_t longest_line(const std::string& text) {
  std::size_t longest = 0;
  std::size_t from = 0;
  for (std::size_t end = text.find('\n'); end != text.npos; end = text.find('\n', from)) {
    longest = std::max(longest, end - from);
    from = end + 1;
  }
  return longest;
}

}  // namespace

TEST_CASE("no command has two options of one name or letter") {
  for (const CommandSpec& spec : commands()) {
    const CommandSet command = spec.command;
    std::set<std::string_view> names;
    std::set<char> letters;
    for (const OptionSpec& option : options()) {
      if (!contains(option.commands, command)) continue;
      CAPTURE(option.name);
      CHECK(names.insert(option.name).second);
      if (option.letter != 0) CHECK(letters.insert(option.letter).second);
    }
  }
}

TEST_CASE("every setting is an option of run and map, but for placeholders") {
  for (const std::string_view setting : setting_names()) {
    std::string name(setting);
    std::ranges::replace(name, '_', '-');
    if (name == "placeholders") name = "no-placeholders";
    if (name == "limits") name = "limit";  // which is one of them
    CAPTURE(name);
    CHECK(find_option(CommandSet::map, name) != nullptr);
    if (name != "no-placeholders") CHECK(find_option(CommandSet::run, name) != nullptr);
  }
}

TEST_CASE("the main help fits a screen and shows three examples") {
  const std::string help = main_help();
  CHECK(std::ranges::count(help, '\n') <= 24);
  CHECK(longest_line(help) <= 80);
  CHECK(help.find("Examples:") != help.npos);
}

TEST_CASE("the help of a command fits the width of a screen") {
  for (const CommandSpec& command : commands()) {
    CAPTURE(command.name);
    CHECK(longest_line(command_help(command.command)) <= 80);
  }
}

TEST_CASE("each command has a help of its own") {
  for (const CommandSpec& command : commands()) {
    CHECK(command_help(command.command).starts_with("fanout " + std::string(command.name) + " "));
  }
}

TEST_CASE("the help of a command shows each of its options and no other") {
  const std::string help = command_help(CommandSet::call);
  CHECK(help.find("-f, --manifest FILE") != help.npos);
  CHECK(help.find("--tag") == help.npos);
}
