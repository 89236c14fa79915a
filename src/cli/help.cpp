#include "cli/help.hpp"

#include <algorithm>

namespace fanout {
namespace {

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

/// The words of `text` in lines of at most `width`, all but the first after `indent`.
std::string wrapped(std::string_view text, std::size_t width, const std::string& indent) {
  std::string out;
  std::size_t in_line = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (in_line > 0 && in_line + 1 + word.size() > width) {
      out += "\n" + indent;
      in_line = 0;
    }
    if (in_line > 0) out += ' ';
    out += word;
    in_line += word.size() + (in_line > 0 ? 1 : 0);
  }
  return out;
}

std::string option_line(const OptionSpec& option) {
  constexpr std::size_t kColumn = 30;
  constexpr std::size_t kScreen = 80;
  std::string flags = option.letter == 0 ? "      " : std::string("  -") + option.letter + ", ";
  flags += "--" + std::string(option.name);
  if (!option.is_flag()) flags += " " + std::string(option.value);
  const std::string indent(kColumn, ' ');
  const std::string help = wrapped(option.help, kScreen - kColumn, indent);
  if (flags.size() + 1 > kColumn) return flags + "\n" + indent + help + "\n";
  return padded(flags, kColumn) + help + "\n";
}

std::string option_lines(CommandSet command, OptionGroup group) {
  std::string lines;
  for (const OptionSpec& option : options()) {
    if (option.group == group && contains(option.commands, command)) lines += option_line(option);
  }
  return lines;
}

/// What can be done with a run that was started, in one line of a list: there are many commands.
std::string then_what() {
  std::string names;
  for (const CommandSpec& command : commands()) {
    if (!contains(CommandSet::with_handle, command.command)) continue;
    names += (names.empty() ? "; then " : ", ") + std::string(command.name);
  }
  return names;
}

}  // namespace

std::string main_help() {
  std::string text =
      "fanout runs many commands at once and reports exactly what happened to each.\n\n";
  for (const CommandSpec& command : commands()) {
    if (contains(CommandSet::with_handle, command.command)) continue;
    text += "  fanout " + std::string(command.name) + " " + std::string(command.usage) + "\n";
    std::string help(command.help);
    if (command.command == CommandSet::start) help += then_what();
    text += "      " + wrapped(help, 74, "      ") + "\n";
  }
  text +=
      "\n"
      "Examples:\n"
      "  fanout map -o none gzip -9 ::: *.log      compress every log, one worker a CPU\n"
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
  text += std::string(command.help) + "\n";
  if (which == CommandSet::start)
    text += "All options of run and map that write to no terminal go with it.\n";
  for (const OptionGroupSpec& group : option_groups()) {
    const std::string lines = option_lines(which, group.group);
    if (!lines.empty()) text += "\n" + std::string(group.heading) + ":\n" + lines;
  }
  return text + "\nManual: man fanout\n";
}

}  // namespace fanout
