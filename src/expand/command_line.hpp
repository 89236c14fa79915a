// A finished command line on its way to an argv: directly when no shell could read it in any
// other way, otherwise through /bin/sh. Inserts and quotes nothing.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/job.hpp"

namespace fanout {

/// Is this found executable, as a program to start?
using IsProgram = std::function<bool(std::string_view name)>;

struct CommandLine {
  std::string text;
  std::vector<std::size_t> slot_holes;  ///< offsets where the slot's number goes, ascending
};

/// Without a lookup no program is found.
Command command_from(CommandLine line, CommandText::Shell shell, const IsProgram& is_program);

}  // namespace fanout
