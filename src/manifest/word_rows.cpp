#include "manifest/word_rows.hpp"

#include <utility>

#include "fanout/base/text.hpp"
#include "manifest/csv_record.hpp"

namespace fanout {
namespace {

Result<Row> csv_row(const std::string& word) {
  CsvRecord record;
  if (const auto fault = record.add(word)) return usage_error(fault->message);
  if (record.is_open()) return usage_error("a quote is never closed");
  return Row{record.take(), {}, {}};
}

}  // namespace

NextRow WordRows::next() {
  if (next_ == words_.size()) return EndOfRows{};
  const std::string& word = words_[next_++];
  Result<Row> row = read(word);
  if (!row) return usage_error("item " + in_quotes(word) + ": " + row.error().message);
  return *std::move(row);
}

Result<Row> WordRows::read(std::string word) const {
  if (form_.kind == ItemForm::Kind::csv) return csv_row(word);
  Locator nowhere(nullptr, word);
  Result<Row> row = read_row(word, form_, nowhere);
  if (row) row->origin = {};
  return row;
}

}  // namespace fanout
