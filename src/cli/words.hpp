// The words of a command line as a subcommand gets them.
#pragma once

#include <string>
#include <vector>

namespace fanout {

struct Words {
  std::vector<std::string> command_line;  ///< all of it, for the report
  std::vector<std::string> arguments;     ///< those after the name of the subcommand
};

}  // namespace fanout
