#include "cli/help.hpp"

#include <algorithm>

namespace fanout {
namespace {

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string option_line(const OptionSpec& option) {
  std::string flags = option.letter == 0 ? "    " : std::string("-") + option.letter + ", ";
  flags += "--" + std::string(option.name);
  if (!option.is_flag()) flags += " " + std::string(option.value);
  constexpr std::size_t kColumn = 28;
  const std::string indent = "  ";
  if (flags.size() < kColumn)
    return indent + padded(flags, kColumn) + std::string(option.help) + "\n";
  return indent + flags + "\n" + indent + padded("", kColumn) + std::string(option.help) + "\n";
}

}  // namespace

std::string main_help() {
  std::string text =
      "fanout runs many commands at once and reports exactly what happened to each.\n\n";
  for (const CommandSpec& command : commands()) {
    text += "  fanout " + std::string(command.name) + " " + std::string(command.usage) + "\n";
    text += "      " + std::string(command.help) + "\n";
  }
  text +=
      "\n"
      "Examples:\n"
      "  fanout map gzip -9 ::: *.log           compress every log, one worker a CPU\n"
      "  find . -name '*.c' -print0 | fanout map -0 -o text wc -l\n"
      "  fanout run -j 4 --timeout 1m jobs.json | jq '.failed'\n"
      "\n"
      "Results are JSON on standard output (-o text for the jobs' own output).\n"
      "Exit: 0 all succeeded, 1 a job did not, 2 usage, 3 output, 4 cannot run.\n"
      "More: fanout COMMAND --help, man fanout, fanout --version\n";
  return text;
}

std::string command_help(CommandSet which) {
  const CommandSpec& command = *std::ranges::find(commands(), which, &CommandSpec::command);
  std::string text =
      "fanout " + std::string(command.name) + " " + std::string(command.usage) + "\n";
  text += std::string(command.help) + "\n\nOptions:\n";
  for (const OptionSpec& option : options()) {
    if (contains(option.commands, command.command)) text += option_line(option);
  }
  return text + "\nManual: man fanout\n";
}

}  // namespace fanout
