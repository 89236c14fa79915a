#include "cli/output_value.hpp"

#include <algorithm>

#include "fanout/base/json_text.hpp"
#include "manifest/json_text.hpp"

namespace fanout {
namespace {

Result<std::string> parse_json(std::string_view output) {
  Result<std::string> json = compact_json(output);
  if (json) return json;
  return usage_error("standard output is not JSON: " + json.error().message);
}

/// An array of the lines; each keeps its bytes, as a word of a record does.
Result<std::string> parse_lines(std::string_view output) {
  std::string array = "[";
  while (!output.empty()) {
    const std::size_t end = std::min(output.find('\n'), output.size());
    if (array.size() > 1) array += ',';
    append_json_word(array, output.substr(0, end));
    output.remove_prefix(std::min(end + 1, output.size()));
  }
  return array + "]";
}

}  // namespace

OutputParser output_parser(Parse parse) {
  switch (parse) {
    case Parse::text: return {};
    case Parse::json: return parse_json;
    case Parse::lines: return parse_lines;
  }
  return {};
}

}  // namespace fanout
