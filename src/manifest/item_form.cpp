#include "manifest/item_form.hpp"

#include <cassert>
#include <utility>
#include <variant>

#include "manifest/json_node.hpp"
#include "manifest/node_reader.hpp"

namespace fanout {
namespace {

std::vector<Value> separated(std::string_view item, std::string_view separator) {
  std::vector<Value> columns;
  for (;;) {
    const std::size_t end = item.find(separator);
    columns.push_back(Value::of_string(std::string(item.substr(0, end))));
    if (end == std::string_view::npos) return columns;
    item.remove_prefix(end + separator.size());
  }
}

Result<Row> json_row(std::string_view item, Locator& locator) {
  const JsonOrFault read = read_json(item);
  if (const auto* fault = std::get_if<JsonFault>(&read)) {
    const bool is_cut = fault->offset >= item.size();
    return locator.error(fault->offset,
                         fault->message + (is_cut ? " (a JSON line is one whole value)" : ""));
  }
  const auto& node = std::get<JsonNode>(read);
  NodeReader in(item, locator);
  Row row;
  if (node.kind == JsonNode::Kind::object) {
    row.kwargs = in.kwargs(node, "an object");
  } else if (node.kind == JsonNode::Kind::array) {
    row.args = in.arguments(node.items);
  } else {
    row.args.push_back(in.argument(node));
  }
  if (in.has_failed()) return in.error();
  row.origin = in.origin(node);
  return row;
}

}  // namespace

Result<Row> read_row(std::string_view item, const ItemForm& form, Locator& locator) {
  assert(form.kind != ItemForm::Kind::csv && "a CSV record is more than the text of an item");
  if (form.kind == ItemForm::Kind::json) return json_row(item, locator);
  Row row;
  row.origin = locator.origin(0);
  if (form.kind == ItemForm::Kind::separated) {
    row.args = separated(item, form.separator);
  } else {
    row.args.push_back(Value::of_string(std::string(item)));
  }
  return row;
}

}  // namespace fanout
