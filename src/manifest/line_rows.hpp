// A list of items from a stream, each as soon as it is complete.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "fanout/base/bytes.hpp"
#include "manifest/csv_record.hpp"
#include "manifest/item_form.hpp"
#include "manifest/line_reader.hpp"
#include "manifest/row.hpp"

namespace fanout {

struct ItemOptions {
  enum class BlankItems { skip, keep };

  char delimiter = '\n';
  LineReader::Bytes bytes = LineReader::Bytes::text;  ///< exact: with -0 and -d
  BlankItems blank_items = BlankItems::skip;          ///< keep: with --keep-blank, -0 and -d
  ItemForm form;
};

/// An error says the file and the line.
class LineRows : public RowSource {
 public:
  /// The file name `-` is shown as `stdin`.
  LineRows(std::unique_ptr<ByteSource> bytes, const std::string& file_name, ItemOptions options);

  NextRow next() override;
  void stop_reading() override { reader_.stop(); }

 private:
  NextRow read(const LineReader::Line& item);
  NextRow read_csv(const LineReader::Line& line, Locator& locator);
  NextRow end();
  bool is_skipped(std::string_view item) const;
  bool is_cut_off(const LineReader::Line& item) const;
  void advance_past(std::string_view item);

  std::shared_ptr<const std::string> file_;
  ItemOptions options_;
  LineReader reader_;
  CsvRecord csv_;
  Origin csv_begin_;
  Origin open_quote_;
  std::uint64_t line_ = 1;  ///< where the next item begins
  std::uint64_t column_ = 1;
};

}  // namespace fanout
