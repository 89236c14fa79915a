#include "cli/item_options.hpp"

#include <algorithm>
#include <span>
#include <string_view>

#include "cli/config.hpp"
#include "fanout/base/number.hpp"

namespace fanout {
namespace {

constexpr std::string_view kForms[] = {"colsep", "csv", "tsv", "jsonl"};
constexpr std::string_view kCounts[] = {"max-args", "max-lines", "exact-args"};

/// The one of `names` that was typed, or none; two of them are an error.
Result<std::string_view> only_one_of(std::span<const std::string_view> names,
                                     const TypedOptions& typed, std::string_view what) {
  std::string_view found;
  for (const std::string_view name : names) {
    if (!typed.has(name)) continue;
    if (!found.empty()) {
      return usage_error("--" + std::string(found) + " and --" + std::string(name) + " both " +
                         std::string(what) + ": give one of them");
    }
    found = name;
  }
  return found;
}

Result<void> read_delimiter(ItemOptions& options, const TypedOptions& typed) {
  if (typed.has("null") && typed.has("delimiter")) {
    return usage_error("-0 and -d both name the end of an item: give one of them");
  }
  if (typed.has("null") || typed.has("delimiter")) {
    const std::string* delimiter = typed.value("delimiter");
    const Result<char> end =
        delimiter == nullptr ? Result<char>('\0') : parse_delimiter(*delimiter);
    if (!end) return end.error();
    options.delimiter = *end;
    options.bytes = LineReader::Bytes::exact;
    options.blank_items = ItemOptions::BlankItems::keep;
  }
  if (typed.has("keep-blank")) options.blank_items = ItemOptions::BlankItems::keep;
  return {};
}

Result<void> read_form(ItemForm& form, const TypedOptions& typed) {
  const Result<std::string_view> name = only_one_of(kForms, typed, "say what an item looks like");
  if (!name) return name.error();
  if (*name == "csv") form.kind = ItemForm::Kind::csv;
  if (*name == "tsv") form = {ItemForm::Kind::separated, "\t"};
  if (*name == "colsep") {
    Result<std::string> separator = parse_separator(*typed.value("colsep"));
    if (!separator) return std::move(separator).error();
    form = {ItemForm::Kind::separated, std::move(*separator)};
  }
  if (*name != "jsonl") return {};
  form.kind = ItemForm::Kind::json;
  for (const std::string_view other : {"header", "keep-blank"}) {
    if (!typed.has(other)) continue;
    return usage_error(
        "--" + std::string(other) + " and --jsonl contradict each other: " +
        (other == "header" ? "an object has its names with it" : "a blank line is no JSON"));
  }
  return {};
}

Result<std::size_t> count_of(std::string_view option, const std::string& text) {
  const Result<std::uint64_t> number = parse_whole_number(text);
  if (!number) return usage_error("--" + std::string(option) + ": " + number.error().message);
  if (*number > 0) return *number;
  return usage_error("--" + std::string(option) +
                     ": \"0\" items give no command; expected 1 or more");
}

Result<void> read_batch(MapItems& items, const TypedOptions& typed) {
  const Result<std::string_view> name =
      only_one_of(kCounts, typed, "say how many items a command gets");
  if (!name) return name.error();
  items.is_packed = typed.has("fill");
  std::optional<std::size_t> count;
  if (!name->empty()) {
    const Result<std::size_t> number = count_of(*name, *typed.value(*name));
    if (!number) return number.error();
    count = *number;
  }
  ItemBatch& batch = items.batch;
  if (*name == "exact-args") batch.count = ItemBatch::Count::exactly;
  if (items.read.form.kind == ItemForm::Kind::json) batch.keys = ItemBatch::Keys::as_in_first;
  if (items.is_packed) {
    if (*name == "exact-args") {
      return usage_error(
          "-X gives a command as many items as fit, and -N exactly so many: give one of them");
    }
    batch.words = ItemBatch::Words::repeated;
    items.most_packed = count;
  } else {
    batch.rows = count.value_or(1);
  }
  if (!items.has_header || batch.rows == 1) return {};
  return usage_error("--header names the columns of one item, but --" + std::string(*name) +
                     " gives a command several: -X repeats words for each");
}

Result<void> read_shuffle(MapItems& items, const TypedOptions& typed) {
  items.is_shuffled = typed.has("shuf");
  const std::string* seed = typed.value("seed");
  if (seed == nullptr) return {};
  if (!items.is_shuffled) return usage_error("--seed is about --shuf, which was not given");
  const Result<std::uint64_t> number = parse_whole_number(*seed);
  if (!number) return usage_error("--seed: " + number.error().message);
  items.seed = *number;
  return {};
}

}  // namespace

Result<MapItems> map_items(const TypedOptions& typed) {
  MapItems items;
  items.has_header = typed.has("header");
  if (Result<void> read = read_delimiter(items.read, typed); !read) return read.error();
  if (Result<void> read = read_form(items.read.form, typed); !read) return read.error();
  if (Result<void> read = read_batch(items, typed); !read) return read.error();
  if (Result<void> read = read_shuffle(items, typed); !read) return read.error();
  for (const std::string_view option : {"null", "delimiter", "keep-blank"}) {
    if (typed.has(option)) items.about_streams = option;
  }
  return items;
}

}  // namespace fanout
