// Reads a POSIX shell command line from left to right and says how text inserted at each place
// would be read. Executes nothing, and understands no more than it can be sure of in every
// shell: behind what shells read differently, every place is a hazard.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace fanout {

enum class Quotes { none, single_quotes, double_quotes };

/// Why nothing can be inserted at a place.
enum class Hazard {
  none,
  backquotes,
  substitution,   ///< inside `$(…)` or `$((…))`
  parameter,      ///< inside `${…}`
  dollar,         ///< directly after `$`
  dollar_quotes,  ///< inside `$'…'`, or after one that shells end at different places
  here_document,  ///< anywhere after `<<`
  comment,
  backslash,  ///< after a backslash that ends the line
  unclear,    ///< after something else that shells read differently
};

class ShellScanner {
 public:
  /// What the scanner has just read, seen from the command line itself.
  enum class Role {
    plain,     ///< a character that never means anything to a shell
    part,      ///< something else that belongs to a word
    gap,       ///< a blank or newline
    operator_  ///< one of `;&|<>()`
  };

  explicit ShellScanner(std::string_view line) : line_(line) {}

  bool at_end() const { return at_ >= line_.size(); }
  std::size_t position() const { return at_; }

  Quotes quotes() const;
  Hazard hazard() const;
  /// Directly after `$name`, which text inserted here without quotes would make longer.
  bool follows_variable() const { return variable_end_ == at_ && at_ > 0; }

  /// Reads one character, or a few that belong together. Not at the end.
  Role step();
  /// Reads over a placeholder: a part of a word, whatever it says. Not in a hazard.
  void skip(std::size_t size);

 private:
  enum class Frame {
    single_quotes,
    double_quotes,
    dollar_quotes,
    backquotes,
    comment,
    substitution,
    subshell,  ///< parentheses within a substitution
    arithmetic,
    arithmetic_group,  ///< parentheses within arithmetic
    parameter,
  };

  Role step_in_command();
  Role step_in_operator(char c);
  Role step_in_single_quotes();
  Role step_in_double_quotes();
  Role step_in_dollar_quotes();
  Role step_in_backquotes();
  Role step_in_comment();
  Role step_in_arithmetic();
  Role step_in_parameter();
  Role step_in_frame();
  Role step_after_dollar();

  Role read(std::size_t size);  ///< reads on within a word
  Role open(Frame frame, std::size_t size);
  Role close(std::size_t size);
  Role escape();
  Role dollar();
  Role give_up(Hazard why);

  bool is_nested() const { return !frames_.empty(); }
  char peek(std::size_t ahead) const {
    return at_ + ahead < line_.size() ? line_[at_ + ahead] : '\0';
  }

  std::string_view line_;
  std::size_t at_ = 0;
  std::size_t variable_end_ = 0;
  bool word_starts_ = true;
  bool after_dollar_ = false;
  Hazard lost_ = Hazard::none;  ///< once set, it stays
  std::vector<Frame> frames_;
};

}  // namespace fanout
