// Tells which form an input has by its first value, taking nothing away from it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "fanout/base/result.hpp"
#include "manifest/json_node.hpp"
#include "manifest/line_reader.hpp"

namespace fanout {

struct InputForm {
  enum class Kind { document, json_lines, command_lines };

  Kind kind = Kind::command_lines;
  std::optional<JsonNode> root;  ///< of a document: its value, when that had to be read to know
};

/// Reads on only until the form is beyond doubt. The source of `lines` must block.
Result<InputForm> find_form(const std::shared_ptr<const std::string>& file, LineReader& lines);

}  // namespace fanout
