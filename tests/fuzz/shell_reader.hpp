// Reads a command line as POSIX says a shell does (XCU 2.2 and 2.3): words without their quotes,
// and of every character whether it means something. Shares nothing with the code it is to check.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace fanout::fuzz {

/// A character and what it is. A literal one is the plain number of its byte.
enum class Mark : char16_t {
  literal = 0,
  word = 1 << 8,          ///< a word begins
  reserved = 2 << 8,      ///< a word begins that is grammar: `if`, or a number before `>`
  operator_ = 3 << 8,     ///< also a newline
  active = 4 << 8,        ///< means something to the shell
  substitution = 5 << 8,  ///< part of something that is replaced: `$name`, `$(…)`
  comment = 6 << 8,
};

using Reading = std::u16string;

class ShellReader {
 public:
  /// Nothing when the line is unfinished or has what shells read differently.
  static std::optional<Reading> read(std::string_view line) {
    ShellReader reader(line);
    if (!reader.read_line()) return std::nullopt;
    return reader.out_;
  }

 private:
  explicit ShellReader(std::string_view line) : line_(line) {}

  bool read_line() {
    while (at_ < line_.size()) {
      if (!read_one()) return false;
    }
    end_word();
    return true;
  }

  bool read_one() {
    const char c = line_[at_];
    if (c == ' ' || c == '\t') {
      ++at_;
      end_word();
      return true;
    }
    if (is_in(c, "\n;&|<>()")) return read_operator(c);
    if (c == '#' && !in_word_) return read_comment();
    if (c == '\\' && peek(1) == '\n') {
      at_ += 2;
      return true;
    }
    begin_word();
    switch (c) {
      case '\\': return read_escape();
      case '\'': return read_single_quotes();
      case '"': return read_double_quotes();
      case '`': return read_backquotes();
      case '$': return read_dollar(false);
      default: break;
    }
    const bool is_assignment = c == '=' && is_bare_ && is_name(bare_);
    put(is_assignment || is_in(c, "*?[]{}~!^#") ? Mark::active : Mark::literal, c);
    bare_ += c;
    ++at_;
    return true;
  }

  bool read_operator(char c) {
    if (is_in(c, "<>") && is_bare_ && !bare_.empty() &&
        bare_.find_first_not_of("0123456789") == bare_.npos) {
      out_[word_at_] = static_cast<char16_t>(Mark::reserved);
    }
    end_word();
    if ((c == '<' && peek(1) == '<') || (c == '(' && peek(1) == '(')) return false;
    put(Mark::operator_, c);
    ++at_;
    return true;
  }

  bool read_comment() {
    while (at_ < line_.size() && line_[at_] != '\n') put(Mark::comment, line_[at_++]);
    return true;
  }

  bool read_escape() {
    if (at_ + 1 >= line_.size()) return false;
    is_bare_ = false;
    put(Mark::literal, line_[at_ + 1]);
    at_ += 2;
    return true;
  }

  bool read_single_quotes() {
    is_bare_ = false;
    const std::size_t end = line_.find('\'', at_ + 1);
    if (end == line_.npos) return false;
    for (const char c : line_.substr(at_ + 1, end - at_ - 1)) put(Mark::literal, c);
    at_ = end + 1;
    return true;
  }

  bool read_double_quotes() {
    is_bare_ = false;
    ++at_;
    while (at_ < line_.size() && line_[at_] != '"') {
      const char c = line_[at_];
      bool good = true;
      if (c == '$') {
        good = read_dollar(true);
      } else if (c == '`') {
        good = read_backquotes();
      } else if (c == '\\' && peek(1) == '\n') {
        at_ += 2;
      } else if (c == '\\' && is_in(peek(1), "$`\"\\")) {
        put(Mark::literal, peek(1));
        at_ += 2;
      } else {
        put(Mark::literal, c);
        ++at_;
      }
      if (!good) return false;
    }
    return at_++ < line_.size();
  }

  bool read_backquotes() {
    is_bare_ = false;
    std::size_t end = at_ + 1;
    while (end < line_.size() && line_[end] != '`') end += line_[end] == '\\' ? 2U : 1U;
    return end < line_.size() && substitute(end + 1);
  }

  bool read_dollar(bool in_quotes) {
    is_bare_ = false;
    const char next = peek(1);
    if (next == '(') return read_parentheses();
    if (next == '{') {
      const std::size_t end = line_.find('}', at_);
      if (end == line_.npos) return false;
      const std::string_view inside = line_.substr(at_ + 2, end - at_ - 2);
      const bool is_simple = inside.find_first_of("'\"`\\{$ \n|") == inside.npos;
      return is_simple && substitute(end + 1);
    }
    if (next == '[' || (next == '\'' && !in_quotes)) return false;
    if (is_in(next, "?$!#-*@0123456789")) return substitute(at_ + 2);
    std::size_t end = at_ + 1;
    while (end < line_.size() && is_name_character(line_[end])) ++end;
    // Some shells read a `$` that nothing follows together with what a line's end continues.
    if (end == at_ + 1 && next == '\\') return false;
    if (end > at_ + 1) return substitute(end);
    put(Mark::active, '$');
    ++at_;
    return true;
  }

  /// `$(…)` with nothing in it that would make its end uncertain.
  bool read_parentheses() {
    std::size_t depth = 0;
    for (std::size_t end = at_ + 1; end < line_.size(); ++end) {
      const char c = line_[end];
      if (is_in(c, "'\"`\\#<\n") || line_.substr(end).starts_with("case")) return false;
      if (c == '(') ++depth;
      if (c == ')' && --depth == 0) return substitute(end + 1);
    }
    return false;
  }

  bool substitute(std::size_t end) {
    while (at_ < end) put(Mark::substitution, line_[at_++]);
    return true;
  }

  void begin_word() {
    if (in_word_) return;
    in_word_ = is_bare_ = true;
    bare_.clear();
    word_at_ = out_.size();
    out_ += static_cast<char16_t>(Mark::word);
  }

  void end_word() {
    if (in_word_ && is_bare_ && is_reserved(bare_)) {
      out_[word_at_] = static_cast<char16_t>(Mark::reserved);
    }
    in_word_ = is_bare_ = false;
  }

  void put(Mark mark, char c) {
    out_ += static_cast<char16_t>(static_cast<unsigned>(mark) | static_cast<unsigned char>(c));
  }

  static bool is_reserved(std::string_view word) {
    for (const std::string_view reserved :
         {"if", "then", "else", "elif", "fi", "do", "done", "case", "esac", "while", "until", "for",
          "in", "function", "select", "time", "coproc"}) {
      if (word == reserved) return true;
    }
    return false;
  }

  static bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }
  static bool is_name(std::string_view text) {
    for (const char c : text) {
      if (!is_name_character(c)) return false;
    }
    return !text.empty() && (text.front() < '0' || text.front() > '9');
  }
  static bool is_in(char c, std::string_view set) { return c != '\0' && set.find(c) != set.npos; }
  char peek(std::size_t ahead) const {
    return at_ + ahead < line_.size() ? line_[at_ + ahead] : '\0';
  }

  std::string_view line_;
  std::size_t at_ = 0;
  Reading out_;
  std::size_t word_at_ = 0;  ///< where in `out_` the current word began
  bool in_word_ = false;
  bool is_bare_ = false;  ///< nothing of the word was quoted or substituted
  std::string bare_;
};

inline Reading literal(std::string_view text) {
  Reading reading;
  for (const char c : text) reading += static_cast<char16_t>(static_cast<unsigned char>(c));
  return reading;
}

/// Behind the first word of a command no word is grammar or an assignment.
inline Reading as_argument(Reading reading) {
  for (char16_t& c : reading) {
    if (c == static_cast<char16_t>(Mark::reserved)) c = static_cast<char16_t>(Mark::word);
    if (c == (static_cast<char16_t>(Mark::active) | '=')) c = '=';
  }
  return reading;
}

}  // namespace fanout::fuzz
