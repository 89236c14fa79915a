// What was typed: options and words, told apart by the table. What it means is decided later.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.hpp"
#include "fanout/base/result.hpp"

namespace fanout {

struct TypedOptions {
  std::map<std::string_view, std::vector<std::string>>
      options;                     ///< by long name; a flag has no values
  std::vector<std::string> words;  ///< what is no option
  bool has_separator = false;      ///< a `--` ended the options

  bool has(std::string_view name) const { return options.contains(name); }
  /// The last value given, or nullptr.
  const std::string* value(std::string_view name) const;
};

enum class WordPlace {
  anywhere,       ///< options may follow words (run)
  after_options,  ///< everything from the first word on is words (map, call)
};

/// `arguments` are those after the name of the command. Unknown options and missing values are
/// usage errors that name the nearest option.
Result<TypedOptions> parse_options(CommandSet command, WordPlace place,
                                   const std::vector<std::string>& arguments);

}  // namespace fanout
