#include "expand/shell_scanner.hpp"

#include <utility>

#include "expand/shell_words.hpp"

namespace fanout {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool is_gap(char c) {
  return is_blank(c) || c == '\n';
}

bool is_name_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_any_of(std::string_view set, char c) {
  return set.find(c) != std::string_view::npos;
}

}  // namespace

Quotes ShellScanner::quotes() const {
  if (frames_.empty()) return Quotes::none;
  if (frames_.front() == Frame::single_quotes) return Quotes::single_quotes;
  return frames_.front() == Frame::double_quotes ? Quotes::double_quotes : Quotes::none;
}

Hazard ShellScanner::hazard() const {
  if (lost_ != Hazard::none) return lost_;
  for (const Frame frame : frames_) {
    switch (frame) {
      case Frame::single_quotes:
      case Frame::double_quotes: continue;
      case Frame::dollar_quotes: return Hazard::dollar_quotes;
      case Frame::backquotes: return Hazard::backquotes;
      case Frame::comment: return Hazard::comment;
      case Frame::substitution:
      case Frame::subshell:
      case Frame::arithmetic:
      case Frame::arithmetic_group: return Hazard::substitution;
      case Frame::parameter: return Hazard::parameter;
    }
  }
  return after_dollar_ ? Hazard::dollar : Hazard::none;
}

void ShellScanner::skip(std::size_t size) {
  at_ += size;
  word_starts_ = false;
}

ShellScanner::Role ShellScanner::step() {
  if (lost_ != Hazard::none) return read(1);
  if (std::exchange(after_dollar_, false)) return step_after_dollar();
  if (follows_variable() && is_name_character(peek(0))) {
    const Role role = read(1);
    variable_end_ = at_;
    return role;
  }
  return step_in_frame();
}

ShellScanner::Role ShellScanner::step_in_frame() {
  if (frames_.empty()) return step_in_command();
  switch (frames_.back()) {
    case Frame::single_quotes: return step_in_single_quotes();
    case Frame::double_quotes: return step_in_double_quotes();
    case Frame::dollar_quotes: return step_in_dollar_quotes();
    case Frame::backquotes: return step_in_backquotes();
    case Frame::comment: return step_in_comment();
    case Frame::substitution:
    case Frame::subshell: return step_in_command();
    case Frame::arithmetic:
    case Frame::arithmetic_group: return step_in_arithmetic();
    case Frame::parameter: return step_in_parameter();
  }
  return read(1);
}

ShellScanner::Role ShellScanner::step_in_command() {
  const char c = peek(0);
  if (is_gap(c)) {
    ++at_;
    word_starts_ = true;
    return is_nested() ? Role::part : Role::gap;
  }
  switch (c) {
    case '\\': return escape();
    case '\'': return open(Frame::single_quotes, 1);
    case '"': return open(Frame::double_quotes, 1);
    case '`': return open(Frame::backquotes, 1);
    case '$': return dollar();
    case '#':
      if (!word_starts_) return read(1);
      return is_nested() ? give_up(Hazard::unclear) : open(Frame::comment, 1);
    case ';':
    case '&':
    case '|':
    case '<':
    case '>':
    case '(':
    case ')': return step_in_operator(c);
    default: break;
  }
  // The patterns of `case` end with a parenthesis that nothing opened: where the substitution
  // ends cannot be told without parsing the shell's whole grammar.
  if (is_nested() && word_starts_ && line_.substr(at_).starts_with("case") &&
      (at_ + 4 >= line_.size() || is_gap(line_[at_ + 4]))) {
    return give_up(Hazard::unclear);
  }
  read(1);
  return !is_nested() && is_plain_character(c) ? Role::plain : Role::part;
}

ShellScanner::Role ShellScanner::step_in_operator(char c) {
  if (c == '<' && peek(1) == '<') return give_up(Hazard::here_document);
  // Arithmetic for some shells, a subshell in a subshell for others.
  if (c == '(' && peek(1) == '(') return give_up(Hazard::unclear);
  if (is_nested() && c == ')') {
    const bool ends_word = frames_.back() == Frame::subshell;
    close(1);
    word_starts_ = ends_word;
    return Role::part;
  }
  if (is_nested() && c == '(') frames_.push_back(Frame::subshell);
  ++at_;
  word_starts_ = true;
  return is_nested() ? Role::part : Role::operator_;
}

ShellScanner::Role ShellScanner::step_in_single_quotes() {
  return peek(0) == '\'' ? close(1) : read(1);
}

ShellScanner::Role ShellScanner::step_in_double_quotes() {
  switch (peek(0)) {
    case '"': return close(1);
    case '\\': return escape();
    case '`': return open(Frame::backquotes, 1);
    case '$': return dollar();
    default: return read(1);
  }
}

ShellScanner::Role ShellScanner::step_in_dollar_quotes() {
  if (peek(0) == '\'') return close(1);
  if (peek(0) != '\\') return read(1);
  // To a shell that does not know `$'…'` this quote ends it, to the others it does not.
  return peek(1) == '\'' ? give_up(Hazard::dollar_quotes) : read(2);
}

ShellScanner::Role ShellScanner::step_in_backquotes() {
  if (peek(0) == '`') return close(1);
  return read(peek(0) == '\\' ? 2 : 1);
}

ShellScanner::Role ShellScanner::step_in_comment() {
  if (peek(0) != '\n') return read(1);
  frames_.pop_back();
  return step_in_command();
}

ShellScanner::Role ShellScanner::step_in_arithmetic() {
  switch (peek(0)) {
    case '$': return dollar();
    case '(': return open(Frame::arithmetic_group, 1);
    case ')':
      if (frames_.back() == Frame::arithmetic_group) return close(1);
      return peek(1) == ')' ? close(2) : give_up(Hazard::unclear);
    case '\'':
    case '"':
    case '`':
    case '\\': return give_up(Hazard::unclear);
    default: return read(1);
  }
}

ShellScanner::Role ShellScanner::step_in_parameter() {
  // Shells disagree about quotes and braces in here, the more so within double quotes.
  if (is_any_of("'\"`\\{", peek(0))) return give_up(Hazard::unclear);
  if (peek(0) == '$') return dollar();
  return peek(0) == '}' ? close(1) : read(1);
}

ShellScanner::Role ShellScanner::step_after_dollar() {
  const char c = peek(0);
  const bool in_quotes = is_nested() && frames_.back() == Frame::double_quotes;
  if (c == '(') {
    if (peek(1) == '(') return open(Frame::arithmetic, 2);
    open(Frame::substitution, 1);
    word_starts_ = true;
    return Role::part;
  }
  if (c == '{') {
    // `${ command; }` and `${| command; }` are substitutions in some shells.
    if (is_gap(peek(1)) || peek(1) == '|') return give_up(Hazard::unclear);
    return open(Frame::parameter, 1);
  }
  if (c == '[') return give_up(Hazard::unclear);  // arithmetic for some
  if (c == '\'' && !in_quotes) {
    const bool within_word =
        !is_nested() || frames_.back() == Frame::substitution || frames_.back() == Frame::subshell;
    return within_word ? open(Frame::dollar_quotes, 1) : give_up(Hazard::unclear);
  }
  if (is_name_character(c) || is_any_of("?$!#-*@", c)) {
    read(1);
    variable_end_ = at_;
    return Role::part;
  }
  return step_in_frame();
}

ShellScanner::Role ShellScanner::read(std::size_t size) {
  at_ = at_ + size < line_.size() ? at_ + size : line_.size();
  word_starts_ = false;
  return Role::part;
}

ShellScanner::Role ShellScanner::open(Frame frame, std::size_t size) {
  frames_.push_back(frame);
  return read(size);
}

ShellScanner::Role ShellScanner::close(std::size_t size) {
  frames_.pop_back();
  return read(size);
}

ShellScanner::Role ShellScanner::escape() {
  if (at_ + 1 >= line_.size()) return give_up(Hazard::backslash);
  if (peek(1) != '\n') return read(2);
  // A continued line joins what stands on both sides, and might so make a `$(` of `$` and `(`.
  // After a blank there is nothing to join.
  if (at_ > 0 && !is_gap(line_[at_ - 1])) return give_up(Hazard::unclear);
  if (frames_.empty() && !word_starts_) return give_up(Hazard::unclear);
  at_ += 2;
  return is_nested() ? Role::part : Role::gap;
}

ShellScanner::Role ShellScanner::dollar() {
  read(1);
  after_dollar_ = true;
  return Role::part;
}

ShellScanner::Role ShellScanner::give_up(Hazard why) {
  lost_ = why;
  return read(1);
}

}  // namespace fanout
