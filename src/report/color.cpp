#include "report/color.hpp"

#include <array>

#include "fanout/base/text.hpp"

namespace fanout {

Result<ColorChoice> parse_color_choice(std::string_view text) {
  static constexpr std::array<std::string_view, 3> kNames = {"auto", "always", "never"};
  if (text == kNames[0]) return ColorChoice::automatic;
  if (text == kNames[1]) return ColorChoice::always;
  if (text == kNames[2]) return ColorChoice::never;
  return usage_error(in_quotes(text) + " is not a choice of colours; expected " + one_of(kNames) +
                     did_you_mean(text, kNames));
}

bool is_colored(ColorChoice choice, const std::function<const char*(const char*)>& variable,
                bool is_terminal) {
  if (choice != ColorChoice::automatic) return choice == ColorChoice::always;
  const auto value = [&](const char* name) {
    const char* text = variable(name);
    return std::string_view(text == nullptr ? "" : text);
  };
  if (!value("NO_COLOR").empty()) return false;
  if (!value("FORCE_COLOR").empty()) return true;
  if (const std::string_view force = value("CLICOLOR_FORCE"); !force.empty() && force != "0") {
    return true;
  }
  return value("CLICOLOR") != "0" && is_terminal && value("TERM") != "dumb";
}

std::string in_red(std::string_view text, bool is_colored) {
  return is_colored ? "\x1b[31m" + std::string(text) + "\x1b[0m" : std::string(text);
}

}  // namespace fanout
