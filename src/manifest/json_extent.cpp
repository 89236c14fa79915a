#include "manifest/json_extent.hpp"

#include <algorithm>
#include <variant>

namespace fanout {

std::optional<std::size_t> ContainerEnd::find_in(std::string_view text) {
  while (scanned_ < text.size()) {
    const char c = text[scanned_++];
    if (in_string_) {
      if (c == '"' && !is_escaped_) in_string_ = false;
      is_escaped_ = c == '\\' && !is_escaped_;
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '[' || c == '{') {
      ++depth_;
    } else if ((c == ']' || c == '}') && --depth_ == 0) {
      return scanned_;
    }
  }
  return std::nullopt;
}

JsonElements::JsonElements(std::string_view text, const JsonNode& container)
    : text_(text),
      at_(container.offset + 1),
      end_(container.end - 1),
      has_keys_(container.kind == JsonNode::Kind::object) {}

std::optional<JsonElement> JsonElements::next() {
  skip_to_token();
  if (at_ >= end_) return std::nullopt;
  JsonElement element;
  if (has_keys_) {
    element.key_offset = at_;
    const std::size_t key_end = string_end(at_);
    JsonOrFault key = read_json(text_, at_, key_end);
    element.key = std::move(std::get<JsonNode>(key).text);
    at_ = key_end;
    skip_to_token();
  }
  element.offset = at_;
  element.end = at_ = value_end(at_);
  return element;
}

void JsonElements::skip_to_token() {
  at_ = std::min(text_.find_first_not_of(" \t\r\n,:", at_), end_);
}

std::size_t JsonElements::string_end(std::size_t quote) const {
  std::size_t at = quote + 1;
  while (text_[at] != '"') at += text_[at] == '\\' ? 2U : 1U;
  return at + 1;
}

std::size_t JsonElements::value_end(std::size_t offset) const {
  switch (text_[offset]) {
    case '"': return string_end(offset);
    case '[':
    case '{': return offset + *ContainerEnd().find_in(text_.substr(offset));
    default: return std::min(text_.find_first_of(" \t\r\n,]}", offset), end_);
  }
}

}  // namespace fanout
