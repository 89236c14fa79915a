// Whether what fanout says to people has colours, and the few it has.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "fanout/base/result.hpp"

namespace fanout {

enum class ColorChoice { automatic, always, never };

/// `auto`, `always` or `never`.
Result<ColorChoice> parse_color_choice(std::string_view text);

/// The choice, then NO_COLOR, then FORCE_COLOR and CLICOLOR_FORCE, then CLICOLOR, then what the
/// stream leads to. `variable` is getenv(3).
bool is_colored(ColorChoice choice, const std::function<const char*(const char*)>& variable,
                bool is_terminal);

/// The text, in red where there are colours.
std::string in_red(std::string_view text, bool is_colored);

}  // namespace fanout
