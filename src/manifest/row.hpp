// A row: what an item gives to a command. And the seam towards where rows come from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "fanout/base/result.hpp"
#include "fanout/job.hpp"
#include "fanout/source.hpp"
#include "fanout/value.hpp"

namespace fanout {

struct Row {
  std::vector<Value> args;  ///< one, or one for each column
  Kwargs kwargs;            ///< of a JSON object
  Origin origin;
};

struct EndOfRows {};

using NextRow = std::variant<Row, NotYet, EndOfRows, Error>;

class RowSource {
 public:
  virtual ~RowSource() = default;

  /// Never blocks on a stream. An Error is final: nothing may be asked for after it.
  virtual NextRow next() = 0;

  /// What the positional arguments are called, known as soon as there was a row; none without a
  /// header.
  virtual std::vector<std::string> names() const { return {}; }

  /// A source that might never end gives only what it has read.
  virtual void stop_reading() {}

  /// How many rows there are in all, where that is known before they have been read.
  virtual std::optional<std::uint64_t> total() const { return std::nullopt; }
};

}  // namespace fanout
