#include "manifest/line_rows.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "manifest/locator.hpp"

namespace fanout {

LineRows::LineRows(std::unique_ptr<ByteSource> bytes, const std::string& file_name,
                   ItemOptions options)
    : file_(std::make_shared<const std::string>(file_name == "-" ? "stdin" : file_name)),
      options_(std::move(options)),
      reader_(std::move(bytes), options_.delimiter, options_.bytes) {}

NextRow LineRows::next() {
  for (;;) {
    LineReader::Next next = reader_.next();
    if (auto* error = std::get_if<Error>(&next)) return std::move(*error);
    if (std::holds_alternative<NotYet>(next)) return NotYet{};
    if (std::holds_alternative<LineReader::EndOfInput>(next)) return end();
    const auto& item = std::get<LineReader::Line>(next);
    NextRow row = EndOfRows{};
    const bool is_row = csv_.is_open() || !is_skipped(item.text);
    if (is_row) row = read(item);
    advance_past(item.text);
    if (is_row && !csv_.is_open()) return row;
  }
}

NextRow LineRows::read(const LineReader::Line& item) {
  // What we stopped reading in its middle was never anybody's mistake.
  if (is_cut_off(item)) return EndOfRows{};
  Locator locator(file_, item.text, line_, column_);
  const std::size_t nul = item.text.find('\0');
  if (nul != std::string_view::npos) {
    return locator.error(nul, "item " + std::to_string(item.number) +
                                  " contains a NUL, which no argument can (-0 splits at NULs)");
  }
  if (options_.form.kind == ItemForm::Kind::csv) return read_csv(item, locator);
  Result<Row> row = read_row(item.text, options_.form, locator);
  if (!row) return std::move(row).error();
  return *std::move(row);
}

NextRow LineRows::read_csv(const LineReader::Line& line, Locator& locator) {
  if (!csv_.is_open()) csv_begin_ = locator.origin(0);
  if (const auto fault = csv_.add(line.text)) {
    csv_ = {};  // not open: nothing is read after an error
    return locator.error(fault->offset, fault->message);
  }
  if (const auto quote = csv_.open_quote()) open_quote_ = locator.origin(*quote);
  if (!csv_.is_open()) return Row{csv_.take(), {}, csv_begin_};
  if (line.has_cr) csv_.add_line_end("\r");
  if (line.is_complete) csv_.add_line_end({&options_.delimiter, 1});
  return EndOfRows{};
}

NextRow LineRows::end() {
  if (!csv_.is_open() || reader_.is_stopped()) return EndOfRows{};
  return usage_error(at(open_quote_, "the quote that opens here is never closed"));
}

bool LineRows::is_skipped(std::string_view item) const {
  if (options_.blank_items == ItemOptions::BlankItems::keep) return false;
  if (item.find_first_not_of(" \t\r") != std::string_view::npos) return false;
  const bool has_columns = options_.form.kind == ItemForm::Kind::separated;
  return !has_columns || item.find(options_.form.separator) == std::string_view::npos;
}

bool LineRows::is_cut_off(const LineReader::Line& item) const {
  return options_.form.kind != ItemForm::Kind::whole && reader_.is_stopped() && !item.is_complete;
}

void LineRows::advance_past(std::string_view item) {
  const std::size_t newline = item.rfind('\n');
  const bool spans_lines = newline != std::string_view::npos;
  line_ += static_cast<std::uint64_t>(std::count(item.begin(), item.end(), '\n'));
  column_ = spans_lines ? item.size() - newline + 1 : column_ + item.size() + 1;
  if (options_.delimiter != '\n') return;
  ++line_;
  column_ = 1;
}

}  // namespace fanout
