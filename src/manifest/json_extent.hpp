// Where JSON values begin and end in a text, found without reading them.
// Tells nothing of whether they are JSON: read_json does.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "manifest/json_node.hpp"

namespace fanout {

/// Finds the end of an array or an object in a text that grows.
class ContainerEnd {
 public:
  /// `text` is what was given before and perhaps more, and begins with blanks and the opening
  /// bracket. Returns the offset behind the closing one once it is there.
  std::optional<std::size_t> find_in(std::string_view text);

 private:
  std::size_t scanned_ = 0;
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool is_escaped_ = false;
};

/// An element's place in the text of its array or object.
struct JsonElement {
  std::string key;  ///< of an object's member
  std::size_t key_offset = 0;
  std::size_t offset = 0;
  std::size_t end = 0;
};

/// The elements of one array or object, one after the other. The text must be known to be JSON.
class JsonElements {
 public:
  JsonElements(std::string_view text, const JsonNode& container);
  std::optional<JsonElement> next();

 private:
  void skip_to_token();
  std::size_t string_end(std::size_t quote) const;
  std::size_t value_end(std::size_t offset) const;

  std::string_view text_;
  std::size_t at_;
  std::size_t end_;
  bool has_keys_;
};

}  // namespace fanout
