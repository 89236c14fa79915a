// One parsed text and the arguments of one job, made into a command. Lives for one call.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "expand/command_line.hpp"
#include "expand/parsed_text.hpp"

namespace fanout {

class Expansion {
 public:
  /// Keeps references to all of them.
  Expansion(const ParsedText& parsed, std::span<const Value> args, const Kwargs& kwargs,
            std::uint64_t job_number);

  Result<Command> run(const IsProgram& is_program) const;
  /// Only the words of an argv, with nothing appended.
  Result<Command> words() const;

 private:
  Result<void> check_params() const;
  Result<void> check_placeholders() const;
  Result<void> check(const Piece& piece) const;
  Result<void> check_name(const Piece& piece) const;

  Result<Command> as_argv() const;
  void add_word(const Pieces& pieces, Command& command) const;
  Result<Command> as_line(const IsProgram& is_program) const;
  void add_to_line(const Piece& piece, CommandLine& line) const;
  static void add_slot_hole(const Piece& piece, CommandLine& line);
  void add_words(const Piece& piece, std::string& line, bool& is_first) const;
  Result<void> append_tail(CommandLine& line) const;

  /// Options, positional arguments without a placeholder, extra arguments: in that order.
  Result<void> add_tail(std::vector<std::string>& words) const;
  bool appends_own() const;
  bool is_own(std::string_view key) const;

  /// Whether it is written once for every row of arguments.
  bool is_repeated(const Piece& piece) const;
  bool is_repeated(const Pieces& word) const;
  /// One row of arguments after the other, each as the arguments of an expansion.
  template <typename Use>
  void for_each_row(Use use) const;
  Expansion row_at(std::size_t first) const;

  /// The argument that a position means; null when there is none.
  const Value* argument(const Placeholder& placeholder) const;
  /// The value of a name, from its position or by keyword; null when the job knows none.
  const Value* value_of(std::string_view name) const;
  bool is_placeholder(const Piece& piece) const;
  /// Standing alone, each of its values becomes a word.
  bool is_list(const Piece& piece) const;
  template <typename Use>
  void for_each_value(const Placeholder& placeholder, Use use) const;
  std::string joined(const Placeholder& placeholder) const;

  const ParsedText& parsed_;
  const CommandText& text_;
  std::span<const Value> args_;
  const Kwargs& kwargs_;
  std::uint64_t job_number_;
};

}  // namespace fanout
