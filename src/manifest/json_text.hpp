// JSON text made into values and compact text, digits and escapes as they were written.
#pragma once

#include <string>
#include <string_view>

#include "fanout/base/result.hpp"
#include "fanout/value.hpp"
#include "manifest/json_node.hpp"

namespace fanout {

/// The node as a Value. `text` is what the node was read from.
Value to_value(const JsonNode& node, std::string_view text);

/// Valid JSON without the blanks between its tokens; digits, escapes and keys stay as they are,
/// but for control characters (DEL, U+0080 to U+009F), which get escapes: it may be shown.
std::string without_blanks(std::string_view json);

/// The one value that `text` is, checked and made compact. Duplicate keys are kept, a byte-order
/// mark is not. The error is `line L, column C: …`.
Result<std::string> compact_json(std::string_view text);

}  // namespace fanout
