#include "report/color.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace fanout;

namespace {

bool colored(const std::map<std::string, const char*>& environment, bool is_terminal,
             ColorChoice choice = ColorChoice::automatic) {
  const auto variable = [&](const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? nullptr : found->second;
  };
  return is_colored(choice, variable, is_terminal);
}

}  // namespace

TEST_CASE("a terminal has colours unless it is dumb or they are not wanted") {
  CHECK(colored({{"TERM", "xterm"}}, true));
  CHECK_FALSE(colored({{"TERM", "xterm"}}, false));
  CHECK_FALSE(colored({{"TERM", "dumb"}}, true));
  CHECK_FALSE(colored({{"TERM", "xterm"}, {"CLICOLOR", "0"}}, true));
  CHECK(colored({{"TERM", "xterm"}, {"CLICOLOR", "1"}}, true));
  CHECK_FALSE(colored({{"TERM", "xterm"}, {"NO_COLOR", "1"}}, true));
  CHECK(colored({{"TERM", "xterm"}, {"NO_COLOR", ""}}, true));
}

TEST_CASE("colours are forced where no terminal is") {
  CHECK(colored({{"FORCE_COLOR", "1"}}, false));
  CHECK(colored({{"CLICOLOR_FORCE", "1"}}, false));
  CHECK(colored({{"CLICOLOR_FORCE", "1"}, {"CLICOLOR", "0"}}, false));
  CHECK_FALSE(colored({{"CLICOLOR_FORCE", "0"}}, false));
  CHECK_FALSE(colored({{"FORCE_COLOR", ""}}, false));
}

TEST_CASE("of two wishes the stronger one is heard") {
  CHECK_FALSE(colored({{"NO_COLOR", "1"}, {"FORCE_COLOR", "1"}}, true));
  CHECK_FALSE(colored({{"NO_COLOR", "1"}, {"CLICOLOR_FORCE", "1"}}, true));
  CHECK(colored({{"NO_COLOR", "1"}}, false, ColorChoice::always));
  CHECK_FALSE(colored({{"FORCE_COLOR", "1"}}, true, ColorChoice::never));
}

TEST_CASE("a choice of colours is read by its name") {
  CHECK(*parse_color_choice("auto") == ColorChoice::automatic);
  CHECK(*parse_color_choice("always") == ColorChoice::always);
  CHECK(*parse_color_choice("never") == ColorChoice::never);
  const Result<ColorChoice> wrong = parse_color_choice("alway");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message ==
        "\"alway\" is not a choice of colours; expected \"auto\", \"always\" or \"never\" "
        "(did you mean \"always\"?)");
}
