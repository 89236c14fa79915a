#include "manifest/json_text.hpp"

#include <variant>

#include "fanout/base/json_text.hpp"
#include "fanout/base/text.hpp"
#include "manifest/locator.hpp"

namespace fanout {
namespace {

/// The bytes at `at` of a control character that JSON lets stand in a string as it is, or 0.
std::size_t size_of_plain_control(std::string_view json, std::size_t at) {
  if (json[at] == '\x7f') return 1;
  return is_c1_control(json, at) ? 2 : 0;
}

void append_escaped(std::string& out, std::string_view control) {
  std::string quoted;
  append_json_string(quoted, control);
  out.append(quoted, 1, quoted.size() - 2);
}

}  // namespace

Value to_value(const JsonNode& node, std::string_view text) {
  Value value{node.kind, {}, {}};
  switch (node.kind) {
    case JsonNode::Kind::null: break;
    case JsonNode::Kind::boolean:
    case JsonNode::Kind::number:
    case JsonNode::Kind::string: value.text = node.text; break;
    case JsonNode::Kind::object:
      value.text = without_blanks(text.substr(node.offset, node.end - node.offset));
      break;
    case JsonNode::Kind::array:
      for (const JsonNode& item : node.items) value.items.push_back(to_value(item, text));
      break;
  }
  return value;
}

std::string without_blanks(std::string_view json) {
  std::string compact;
  compact.reserve(json.size());
  bool in_string = false;
  bool escaped = false;
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (!in_string && kJsonBlanks.find(c) != std::string_view::npos) continue;
    if (const std::size_t size = size_of_plain_control(json, at); size > 0) {
      append_escaped(compact, json.substr(at, size));
      at += size - 1;
      continue;
    }
    compact += c;
    if (c == '"' && !escaped) in_string = !in_string;
    escaped = c == '\\' && !escaped;
  }
  return compact;
}

Result<std::string> compact_json(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const JsonOrFault read =
      read_json(text, {JsonReading::DuplicateKeys::accept, JsonReading::Keep::nothing});
  const auto* fault = std::get_if<JsonFault>(&read);
  if (!fault) return without_blanks(text);
  const Origin place = Locator(nullptr, text).origin(fault->offset);
  return usage_error("line " + std::to_string(place.line) + ", column " +
                     std::to_string(place.column) + ": " + fault->message);
}

}  // namespace fanout
