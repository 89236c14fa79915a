// How the text of one item becomes a row. CSV, whose records are not bound to lines, is
// csv_record's.
#pragma once

#include <string>
#include <string_view>

#include "fanout/base/result.hpp"
#include "manifest/locator.hpp"
#include "manifest/row.hpp"

namespace fanout {

struct ItemForm {
  enum class Kind {
    whole,      ///< the item is one argument
    separated,  ///< columns with `separator` between them
    csv,        ///< columns as in RFC 4180
    json,       ///< an object's keys are names, an array's elements arguments
  };

  Kind kind = Kind::whole;
  std::string separator;  ///< not empty for Kind::separated
};

/// `item` is what `locator` looks into. Not for Kind::csv.
Result<Row> read_row(std::string_view item, const ItemForm& form, Locator& locator);

}  // namespace fanout
