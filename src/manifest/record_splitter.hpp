// Says where a stream of bytes is cut into blocks, so that no record ever is. It holds no bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fanout {

/// A border is where `end` ends and `start` begins. At least one of them is not empty.
struct RecordBorder {
  std::string end = "\n";
  std::string start;
};

struct BlockLimit {
  enum class Unit { bytes, records };
  Unit unit = Unit::bytes;
  std::uint64_t amount = std::uint64_t{1} << 20;  ///< at least 1
};

class RecordSplitter {
 public:
  RecordSplitter(const RecordBorder& border, BlockLimit limit);

  enum class Rest { may_follow, none };

  /// The size of the block that `bytes` begin with, or nothing when more of them must be seen
  /// first. A block of so many bytes ends at the last border within them, or else at the first
  /// behind them. Until it was given, `bytes` only grow; then they begin behind it.
  std::optional<std::size_t> cut(std::string_view bytes, Rest rest);

 private:
  std::optional<std::size_t> cut_by_size(std::string_view bytes, Rest rest);
  std::optional<std::size_t> cut_by_count(std::string_view bytes);
  std::optional<std::size_t> last_border(std::string_view bytes, std::size_t most) const;
  std::optional<std::size_t> next_border(std::string_view bytes, std::size_t from);

  std::string mark_;       // the end of one record and the start of the next
  std::size_t border_at_;  // in the mark
  BlockLimit limit_;
  std::size_t seen_ = 0;     // no mark that was not counted begins before
  std::uint64_t found_ = 0;  // borders, when records are counted
};

}  // namespace fanout
