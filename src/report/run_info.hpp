// What every report says about the run as a whole, fixed before it starts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fanout/run_clock.hpp"

namespace fanout {

struct RunInfo {
  RunClock clock;
  std::vector<std::string> command_line;
  std::string settings_json;
  bool is_named = false;                   ///< results are an object, and lists hold names
  std::optional<std::string> handle = {};  ///< of a run that `fanout start` began
};

}  // namespace fanout
