// The shell half of piece.hpp: where placeholders stand in a command line.
#include <string_view>
#include <utility>

#include "expand/piece.hpp"

namespace fanout {
namespace {

bool is_in(std::string_view set, char c) {
  return set.find(c) != std::string_view::npos;
}

class LineCutter {
 public:
  enum class Look { at_placeholders, at_the_end_only };

  LineCutter(std::string_view line, std::string_view all_token, Look look)
      : line_(line), all_token_(all_token), look_(look), scanner_(line) {}

  LinePieces cut() {
    while (!scanner_.at_end()) {
      if (!take_placeholder()) step();
    }
    end_literal(line_.size());
    end_word('\n');
    end_.gap = line_.size() - solid_end_;
    end_.hazard = scanner_.hazard();
    end_.in_quotes = scanner_.quotes() != Quotes::none;
    return {std::move(pieces_), end_};
  }

 private:
  /// The shell word that is being read. `left` is the operator or gap before it.
  struct Word {
    char left = '\n';
    bool is_redirected_to = false;
    bool is_plain = true;
    bool is_beyond_reserved = false;  ///< has a character that no reserved word has
    bool has_literal = false;
    std::vector<std::size_t> placeholders;  ///< their pieces
  };

  bool take_placeholder() {
    const std::size_t at = scanner_.position();
    if (look_ == Look::at_the_end_only || at < taken_until_) return false;
    const auto found = placeholder_at(line_, at, all_token_);
    if (!found) return false;
    end_literal(at);
    taken_until_ = literal_ = at + found->text.size();
    pieces_.push_back({.text = found->text,
                       .placeholder = found,
                       .quoting = quoting_here(),
                       .hazard = scanner_.hazard()});
    end_.after_operator = false;
    solid_end_ = taken_until_;
    // In a hazard it can only be plain text after all, which the scanner has to see.
    if (scanner_.hazard() != Hazard::none) return false;
    scanner_.skip(found->text.size());
    if (pieces_.back().quoting == Quoting::always) {
      word_.placeholders.push_back(pieces_.size() - 1);
    }
    return true;
  }

  Quoting quoting_here() const {
    switch (scanner_.quotes()) {
      case Quotes::none: return Quoting::always;
      case Quotes::single_quotes: return Quoting::in_single_quotes;
      case Quotes::double_quotes: break;
    }
    return scanner_.follows_variable() ? Quoting::after_variable : Quoting::in_double_quotes;
  }

  void step() {
    const std::size_t at = scanner_.position();
    const char c = line_[at];
    const auto role = scanner_.step();
    switch (role) {
      case ShellScanner::Role::gap: end_word(' '); return;
      case ShellScanner::Role::operator_:
        end_word(c);
        end_.after_operator = is_in(";&|(", c);
        break;
      case ShellScanner::Role::plain:
        word_.has_literal = true;
        word_.is_beyond_reserved |= c < 'a' || c > 'z';
        end_.after_operator = false;
        break;
      case ShellScanner::Role::part:
        word_.has_literal = true;
        word_.is_plain = false;
        end_.after_operator = false;
        break;
    }
    solid_end_ = scanner_.position();
  }

  /// Now that the whole word is known, so is how its placeholders can be written. A number
  /// before a redirection, or a word that a value could complete to `if`, has to be quoted.
  void end_word(char right) {
    const bool is_whole = word_.placeholders.size() == 1 && !word_.has_literal;
    const bool is_free = word_.is_plain && !is_in("<>)", word_.left) && !is_in("<>(", right);
    for (const std::size_t index : word_.placeholders) {
      Piece& piece = pieces_[index];
      piece.is_whole_word = is_whole && !word_.is_redirected_to;
      if (is_free && is_whole) piece.quoting = Quoting::plain_word;
      if (is_free && !is_whole && word_.is_beyond_reserved) piece.quoting = Quoting::plain_part;
    }
    begin_word(right);
  }

  void begin_word(char left) {
    const bool had_word = word_.has_literal || !word_.placeholders.empty();
    bool redirects = word_.is_redirected_to && !had_word;
    if (is_in("<>", left)) redirects = true;
    if (is_in(";()", left)) redirects = false;
    word_ = Word{};
    word_.left = left;
    word_.is_redirected_to = redirects;
  }

  void end_literal(std::size_t end) {
    if (end <= literal_) return;
    pieces_.push_back({.text = line_.substr(literal_, end - literal_), .placeholder = {}});
  }

  std::string_view line_;
  std::string_view all_token_;
  Look look_;
  ShellScanner scanner_;
  std::size_t literal_ = 0;      ///< where the literal text begins that is not yet a piece
  std::size_t taken_until_ = 0;  ///< where to look for the next placeholder
  std::size_t solid_end_ = 0;    ///< after the last character that is no gap
  Word word_;
  Pieces pieces_;
  LineEnd end_;
};

}  // namespace

LinePieces cut_line(std::string_view line, std::string_view all_token) {
  return LineCutter(line, all_token, LineCutter::Look::at_placeholders).cut();
}

LineEnd end_of_line(std::string_view line) {
  return LineCutter(line, {}, LineCutter::Look::at_the_end_only).cut().end;
}

}  // namespace fanout
