// A template cut into literal text and placeholders, each placeholder with what is known of the
// place where it stands. Holds views into the text it was cut from.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "expand/placeholder.hpp"
#include "expand/shell_scanner.hpp"

namespace fanout {

/// How a value is written where a placeholder stood.
enum class Quoting {
  never,       ///< a word of an argv, or the item that is the command line
  plain_word,  ///< the placeholder is all of a shell word: quoted if it has to be
  plain_part,  ///< the rest of the shell word is plain text: likewise
  always,      ///< outside of quotes
  in_single_quotes,
  in_double_quotes,
  after_variable,  ///< in double quotes, where it would lengthen the name of a variable
};

struct Piece {
  std::string_view text;  ///< as written, also of a placeholder
  std::optional<Placeholder> placeholder;
  bool is_whole_word = false;
  Quoting quoting = Quoting::never;
  Hazard hazard = Hazard::none;  ///< an error as soon as the placeholder is one
};

using Pieces = std::vector<Piece>;

/// What is true of the end of a command line, where words may be appended.
struct LineEnd {
  std::size_t gap = 0;  ///< size of the blanks and newlines that it ends with
  Hazard hazard = Hazard::none;
  bool in_quotes = false;       ///< an opening quote was never closed
  bool after_operator = false;  ///< what is appended would be a command of its own
};

struct LinePieces {
  Pieces pieces;
  LineEnd end;
};

/// One word of an argv.
Pieces cut_word(std::string_view word, std::string_view all_token);

/// A shell command line with placeholders.
LinePieces cut_line(std::string_view line, std::string_view all_token);

/// A shell command line without placeholders.
LineEnd end_of_line(std::string_view line);

}  // namespace fanout
