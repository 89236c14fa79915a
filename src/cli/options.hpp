// The one table of commands and options. Parser and --help are made from it; the manual pages
// and completions are held against it by a test (`fanout --option-table`).
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace fanout {

/// xargs has none of the options of this table, but those of another program (xargs/options.hpp).
enum class CommandSet : unsigned {
  none = 0,
  run = 1,
  map = 2,
  call = 4,
  xargs = 8,
  start = 16,  ///< beside its own it has those of run and map
  resume = 32,
  abort = 64,
  status = 128,
  list = 256,
  results = 512,
  wait = 1024,
  finished = 2048,
  close = 4096,
  prune = 8192,
  every = 7,
  jobs = 3,
  with_handle = 16352,  ///< about runs that were started
  ours = 16375          ///< all but xargs
};

constexpr CommandSet operator|(CommandSet a, CommandSet b) {
  return static_cast<CommandSet>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

constexpr bool contains(CommandSet set, CommandSet command) {
  return (static_cast<unsigned>(set) & static_cast<unsigned>(command)) != 0;
}

struct CommandSpec {
  CommandSet command;
  std::string_view name;
  std::string_view usage;  ///< what follows the name
  std::string_view help;
};

/// What an option is about: a heading of --help and of the manual.
enum class OptionGroup { input, command, workers, failure, output, journal, watching, other };

struct OptionSpec {
  CommandSet commands;
  OptionGroup group;
  char letter;             ///< or 0
  std::string_view name;   ///< without the dashes
  std::string_view value;  ///< what the value is called; empty for a flag
  std::string_view help;   ///< one line, lower case, no full stop

  bool is_flag() const { return value.empty(); }
};

struct OptionGroupSpec {
  OptionGroup group;
  std::string_view heading;
};

std::span<const CommandSpec> commands();
/// In the order in which --help and the manual show them.
std::span<const OptionGroupSpec> option_groups();
std::span<const OptionSpec> options();

/// The option a command has by that name or letter, or nullptr.
const OptionSpec* find_option(CommandSet command, std::string_view name);
const OptionSpec* find_option(CommandSet command, char letter);

/// One line an option: `COMMANDS LETTER NAME VALUE`, tab-separated, `-` for none.
std::string option_table();

}  // namespace fanout
