#include "expand/command_line.hpp"

#include <algorithm>
#include <utility>

#include "expand/shell_words.hpp"

namespace fanout {
namespace {

constexpr std::string_view kBlanks = " \t";

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

std::string_view first_word(std::string_view text) {
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_first_of(kBlanks, begin) - begin);
}

/// A program whose name depends on the slot is left to the shell to find.
bool has_hole_in_first_word(const CommandLine& line) {
  if (line.slot_holes.empty()) return false;
  const std::string_view word = first_word(line.text);
  const auto end = static_cast<std::size_t>(word.data() - line.text.data()) + word.size();
  return word.empty() || line.slot_holes.front() <= end;
}

bool needs_no_shell(const CommandLine& line, const IsProgram& is_program) {
  const bool is_simple = std::all_of(line.text.begin(), line.text.end(),
                                     [](char c) { return is_blank(c) || is_plain_character(c); });
  if (!is_simple || has_hole_in_first_word(line)) return false;
  const std::string_view program = first_word(line.text);
  return !program.empty() && program.front() != '-' && !is_shell_builtin(program) &&
         !is_reserved_word(program) && is_program && is_program(program);
}

/// A hole is a character to come: with blanks on both sides it is a word.
Command split_at_blanks(const CommandLine& line) {
  Command command;
  auto hole = line.slot_holes.begin();
  bool in_word = false;
  const auto word = [&]() -> std::string& {
    if (!std::exchange(in_word, true)) command.argv.emplace_back();
    return command.argv.back();
  };
  for (std::size_t at = 0; at <= line.text.size(); ++at) {
    for (; hole != line.slot_holes.end() && *hole == at; ++hole) {
      const std::size_t offset = word().size();
      command.slot_holes.push_back({command.argv.size() - 1, offset});
    }
    if (at == line.text.size()) break;
    if (is_blank(line.text[at])) {
      in_word = false;
    } else {
      word().push_back(line.text[at]);
    }
  }
  return command;
}

/// After `-c` a shell still takes options: a line that looks like one gets a blank in front.
void hide_from_options(CommandLine& line) {
  if (!line.text.starts_with('-') && !line.text.starts_with('+')) return;
  line.text.insert(0, 1, ' ');
  for (std::size_t& hole : line.slot_holes) ++hole;
}

Command through_shell(CommandLine&& line) {
  hide_from_options(line);
  Command command;
  command.argv = {"/bin/sh", "-c", std::move(line.text)};
  for (const std::size_t offset : line.slot_holes) command.slot_holes.push_back({2, offset});
  return command;
}

}  // namespace

Command command_from(CommandLine line, CommandText::Shell shell, const IsProgram& is_program) {
  if (shell == CommandText::Shell::when_needed && needs_no_shell(line, is_program)) {
    return split_at_blanks(line);
  }
  return through_shell(std::move(line));
}

}  // namespace fanout
