// The character of xargs -d: itself or an escape of C.
#pragma once

#include <string>
#include <string_view>

#include "fanout/base/result.hpp"

namespace fanout {

/// The error is what GNU xargs says.
Result<char> parse_xargs_delimiter(std::string_view text);

}  // namespace fanout
