// Keyword arguments that no placeholder takes, as the options of a command. Knows no template.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fanout/base/result.hpp"
#include "fanout/value.hpp"

namespace fanout {

/// Appends `--key=value`, `-k` `value` for a name of one character, the bare option for true,
/// nothing for false and null, and for an array what each of its items gives.
Result<void> append_option(std::vector<std::string>& words, std::string_view key,
                           const Value& value);

}  // namespace fanout
