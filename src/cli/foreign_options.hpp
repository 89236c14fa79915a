// Options of xargs and GNU parallel that users will type, and what to use instead. None of them is
// an option of ours.
#pragma once

#include <span>
#include <string_view>

#include "cli/options.hpp"

namespace fanout {

struct ForeignOption {
  CommandSet commands;         ///< who would type it there
  std::string_view spellings;  ///< with blanks between them: `-k --keep-order`
  std::string_view hint;       ///< a clause, lower case, no full stop
};

std::span<const ForeignOption> foreign_options();

/// What to use instead of an option typed as `-k` or `--keep-order`, or empty.
std::string_view hint_for(CommandSet command, std::string_view typed);

}  // namespace fanout
