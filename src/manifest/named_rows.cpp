#include "manifest/named_rows.hpp"

#include <algorithm>
#include <variant>

#include "fanout/base/text.hpp"

namespace fanout {
namespace {

std::string columns(std::size_t count) {
  return count == 1 ? "1 column" : std::to_string(count) + " columns";
}

}  // namespace

std::optional<Error> fault_in_names(const std::vector<std::string>& names, const Origin& origin) {
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (name->empty()) {
      return usage_error(at(
          origin, "the name of column " + std::to_string(name - names.begin() + 1) + " is empty"));
    }
    if (std::find(names.begin(), name, *name) != name) {
      return usage_error(at(origin, "two columns are called " + in_quotes(*name)));
    }
  }
  return std::nullopt;
}

std::optional<std::uint64_t> NamedRows::total() const {
  const std::optional<std::uint64_t> with_header = rows_->total();
  return with_header && *with_header > 0 ? *with_header - 1 : with_header;
}

NextRow NamedRows::next() {
  NextRow next = rows_->next();
  const Row* row = std::get_if<Row>(&next);
  if (row != nullptr && names_.empty()) {
    for (const Value& name : row->args) names_.push_back(to_word(name));
    if (auto fault = fault_in_names(names_, row->origin)) return *std::move(fault);
    next = rows_->next();
    row = std::get_if<Row>(&next);
  }
  if (row == nullptr || row->args.size() == names_.size()) return next;
  return usage_error(at(row->origin, columns(row->args.size()) + " here, but the header names " +
                                         columns(names_.size())));
}

}  // namespace fanout
