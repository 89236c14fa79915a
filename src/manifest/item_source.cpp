#include "manifest/item_source.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "manifest/locator.hpp"

namespace fanout {

ItemBatch::ItemBatch(JobSpec prototype, std::size_t per_command)
    : prototype_(std::move(prototype)), per_command_(per_command) {}

void ItemBatch::add(std::string item, const Origin& origin) {
  if (args_.empty()) origin_ = origin;
  args_.push_back(Value::of_string(std::move(item)));
}

JobSpec ItemBatch::take() {
  JobSpec job = prototype_;
  job.index.value = next_index_++;
  job.origin = origin_;
  job.args = std::exchange(args_, {});
  return job;
}

ItemSource::ItemSource(std::unique_ptr<ByteSource> bytes, const std::string& file_name,
                       const ItemOptions& options, JobSpec prototype)
    : file_(std::make_shared<const std::string>(file_name == "-" ? "stdin" : file_name)),
      options_(options),
      reader_(std::move(bytes), options.delimiter, options.bytes),
      batch_(std::move(prototype), options.per_command) {}

NextJob ItemSource::next() {
  while (!batch_.is_full()) {
    LineReader::Next next = reader_.next();
    if (auto* error = std::get_if<Error>(&next)) return std::move(*error);
    if (std::holds_alternative<NotYet>(next)) return NotYet{};
    if (std::holds_alternative<LineReader::EndOfInput>(next)) break;
    const auto& item = std::get<LineReader::Line>(next);
    Locator locator(file_, item.text, line_, column_);
    const std::size_t nul = item.text.find('\0');
    if (nul != std::string_view::npos) {
      return locator.error(nul, "item " + std::to_string(item.number) +
                                    " contains a NUL, which no argument can (-0 splits at NULs)");
    }
    if (!is_skipped(item.text)) batch_.add(std::string(item.text), locator.origin(0));
    advance_past(item.text);
  }
  if (batch_.is_empty()) return EndOfJobs{};
  return batch_.take();
}

bool ItemSource::is_skipped(std::string_view item) const {
  return options_.blank_items == ItemOptions::BlankItems::skip &&
         item.find_first_not_of(" \t\r") == std::string_view::npos;
}

void ItemSource::advance_past(std::string_view item) {
  const std::size_t newline = item.rfind('\n');
  const bool spans_lines = newline != std::string_view::npos;
  line_ += static_cast<std::uint64_t>(std::count(item.begin(), item.end(), '\n'));
  column_ = spans_lines ? item.size() - newline + 1 : column_ + item.size() + 1;
  if (options_.delimiter != '\n') return;
  ++line_;
  column_ = 1;
}

WordSource::WordSource(std::vector<std::string> words, std::size_t per_command, JobSpec prototype)
    : words_(std::move(words)), batch_(std::move(prototype), per_command) {}

NextJob WordSource::next() {
  while (!batch_.is_full() && next_word_ < words_.size()) {
    batch_.add(std::move(words_[next_word_++]), {});
  }
  if (batch_.is_empty()) return EndOfJobs{};
  return batch_.take();
}

}  // namespace fanout
