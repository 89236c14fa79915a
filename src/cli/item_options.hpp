// What the options of `map` say about its items: how they are read, and how many a command gets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/typed_options.hpp"
#include "fanout/base/result.hpp"
#include "manifest/item_jobs.hpp"
#include "manifest/line_rows.hpp"

namespace fanout {

struct MapItems {
  ItemOptions read;
  ItemBatch batch;
  bool has_header = false;
  bool is_packed = false;                  ///< -X: then `batch.rows` is 1
  std::optional<std::size_t> most_packed;  ///< -n or -L with -X
  bool is_shuffled = false;
  std::optional<std::uint64_t> seed;
  std::string about_streams;  ///< an option that only says how items are read, or empty

  bool has_columns() const { return read.form.kind != ItemForm::Kind::whole; }
};

/// Options that contradict each other, or have no effect, are an error.
Result<MapItems> map_items(const TypedOptions& typed);

}  // namespace fanout
