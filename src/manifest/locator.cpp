#include "manifest/locator.hpp"

#include <algorithm>
#include <utility>

namespace fanout {

Locator::Locator(std::shared_ptr<const std::string> file, std::string_view text,
                 std::uint64_t first_line, std::uint64_t first_column)
    : file_(std::move(file)), text_(text), first_line_(first_line), first_column_(first_column) {}

Origin Locator::origin(std::size_t offset) {
  offset = std::min(offset, text_.size());
  if (offset < counted_) counted_ = line_begin_ = line_ = 0;
  // Looks no further than `offset`: in a document of one line every look would reach its end.
  const std::string_view before = text_.substr(0, offset);
  for (std::size_t newline = before.find('\n', counted_); newline != std::string_view::npos;
       newline = before.find('\n', newline + 1)) {
    ++line_;
    line_begin_ = newline + 1;
  }
  counted_ = offset;
  const std::uint64_t column_of_line = line_ == 0 ? first_column_ : 1;
  return {file_, first_line_ + line_, column_of_line + (offset - line_begin_)};
}

Error Locator::error(std::size_t offset, const std::string& message) {
  return usage_error(at(origin(offset), message));
}

}  // namespace fanout
