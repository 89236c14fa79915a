// A CommandText cut at its placeholders: all that can be known before there is a job.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "expand/piece.hpp"
#include "fanout/base/result.hpp"
#include "fanout/job.hpp"

namespace fanout {

/// What the placeholders take: the rest is appended.
struct Uses {
  bool all_positions = false;
  std::vector<std::uint64_t> positions;         ///< from 0, ascending
  std::vector<std::uint64_t> positions_at_end;  ///< 0 is the last
  std::vector<std::string_view> names;          ///< ascending

  bool has_any_position() const;
  /// Of a job with `count` positional arguments.
  bool has_position(std::size_t position, std::size_t count) const;
  bool has_name(std::string_view name) const;
};

struct ParsedText {
  std::shared_ptr<const CommandText> text;  ///< what all views below look into
  std::vector<Pieces> words;                ///< one for a command line
  Uses uses;
  LineEnd end;                  ///< of a command line
  bool is_item_itself = false;  ///< a command line that is nothing but `{}`
};

/// An error for what is wrong whatever the job: a placeholder where nothing can be inserted, a
/// command without words.
Result<ParsedText> parse_text(std::shared_ptr<const CommandText> text);

/// Says that `placeholder` cannot stand where it stands, why, and what to do instead.
Error hazard_error(std::string_view placeholder, Hazard hazard);

/// Why nothing can be appended to a command line that ends like this; empty when it can be.
std::string_view obstacle_at(const LineEnd& end);

}  // namespace fanout
