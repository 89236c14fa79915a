// Small JSON that others may have written: read whole or not at all.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace fanout {

/// Empty when it is not JSON, or when an object in it has a key twice: who reads it elsewhere might
/// take the other one.
std::optional<nlohmann::json> read_strict_json(std::string_view text);

}  // namespace fanout
