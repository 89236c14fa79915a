// The words of `start`: which command's they are, and as what they are started again.
#pragma once

#include <string>
#include <vector>

#include "cli/typed_options.hpp"
#include "fanout/base/result.hpp"
#include "store/start_record.hpp"

namespace fanout {

struct StartWords {
  StartRecord::Form form = StartRecord::Form::job;
  std::vector<std::string> arguments;  ///< as its command takes them, options first
};

/// Without `run` and `map` as the first word it is map where there are items, and otherwise one
/// command as it stands; after `--` a command may have any name. `typed` are the arguments, parsed
/// with the options of start.
Result<StartWords> split_start_words(const std::vector<std::string>& arguments,
                                     const TypedOptions& typed);

/// The options of start itself, and those of what it starts.
Result<TypedOptions> parse_start_options(const std::vector<std::string>& arguments);
Result<TypedOptions> parse_start_options(StartRecord::Form form,
                                         const std::vector<std::string>& arguments);

/// Options that show something to somebody who is not there, and those about other runs.
Result<void> check_start_options(const TypedOptions& typed);

}  // namespace fanout
