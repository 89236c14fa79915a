// What `fanout --help` and `fanout COMMAND --help` show, made from the table.
#pragma once

#include <string>

#include "cli/options.hpp"

namespace fanout {

/// Fits a screen of 24 lines and 80 columns.
std::string main_help();
std::string command_help(CommandSet command);

}  // namespace fanout
