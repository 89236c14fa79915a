#include "cli/options.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "cli/help.hpp"
#include "fanout/settings.hpp"

using namespace fanout;

TEST_CASE("no command has two options of one name or letter") {
  for (const CommandSet command : {CommandSet::run, CommandSet::map, CommandSet::call}) {
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
    CAPTURE(name);
    CHECK(find_option(CommandSet::map, name) != nullptr);
    if (name != "no-placeholders") CHECK(find_option(CommandSet::run, name) != nullptr);
  }
}

TEST_CASE("the main help fits a screen and shows three examples") {
  const std::string help = main_help();
  CHECK(std::ranges::count(help, '\n') <= 24);
  std::size_t from = 0;
  for (std::size_t end = help.find('\n'); end != help.npos; end = help.find('\n', from)) {
    CHECK(end - from <= 80);
    from = end + 1;
  }
  CHECK(help.find("Examples:") != help.npos);
}

TEST_CASE("the help of a command shows each of its options and no other") {
  const std::string help = command_help(CommandSet::call);
  CHECK(help.find("-f, --manifest FILE") != help.npos);
  CHECK(help.find("--tag") == help.npos);
}
