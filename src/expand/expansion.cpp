#include "expand/expansion.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "expand/options.hpp"
#include "expand/shell_quoting.hpp"
#include "expand/shell_words.hpp"
#include "fanout/base/text.hpp"

namespace fanout {
namespace {

using Kind = Placeholder::Kind;

/// to_word without a copy where the text is the word already.
template <typename Use>
void use_word(const Value& value, Use use) {
  switch (value.kind) {
    case Value::Kind::null:
    case Value::Kind::array: use(std::string_view(to_word(value))); return;
    case Value::Kind::boolean:
    case Value::Kind::number:
    case Value::Kind::string:
    case Value::Kind::object: use(std::string_view(value.text)); return;
  }
}

std::string count_of_arguments(std::size_t count) {
  if (count == 0) return "no arguments";
  return count == 1 ? "1 argument" : std::to_string(count) + " arguments";
}

void append_as(Quoting quoting, std::string& line, std::string_view value) {
  switch (quoting) {
    case Quoting::never: line += value; return;
    case Quoting::plain_word: append_shell_word(line, value); return;
    case Quoting::plain_part:
      if (is_plain_text(value)) {
        line += value;
        return;
      }
      [[fallthrough]];
    case Quoting::always: append_quoted(line, value); return;
    case Quoting::in_single_quotes: append_in_single_quotes(line, value); return;
    case Quoting::after_variable: line += "\"\""; [[fallthrough]];
    case Quoting::in_double_quotes: append_in_double_quotes(line, value); return;
  }
}

Result<void> refuse_nul(const std::vector<std::string>& argv) {
  for (const std::string& word : argv) {
    if (word.find('\0') == std::string::npos) continue;
    return usage_error("an argument cannot contain a NUL: \"" + sanitize_short(word, 60) + "\"");
  }
  return {};
}

}  // namespace

Expansion::Expansion(const ParsedText& parsed, std::span<const Value> args, const Kwargs& kwargs,
                     std::uint64_t job_number)
    : parsed_(parsed), text_(*parsed.text), args_(args), kwargs_(kwargs), job_number_(job_number) {}

Result<Command> Expansion::run(const IsProgram& is_program) const {
  assert((text_.row_size == 0 || args_.size() % text_.row_size == 0) && "a row is not complete");
  if (auto known = check_params(); !known) return std::move(known).error();
  if (auto valid = row_at(0).check_placeholders(); !valid) return std::move(valid).error();
  auto command = text_.form == CommandText::Form::argv ? as_argv() : as_line(is_program);
  if (!command) return command;
  if (auto clean = refuse_nul(command->argv); !clean) return std::move(clean).error();
  return command;
}

Result<Command> Expansion::words() const {
  if (auto valid = check_placeholders(); !valid) return std::move(valid).error();
  Command command;
  for (const Pieces& pieces : parsed_.words) add_word(pieces, command);
  return command;
}

Result<void> Expansion::check_params() const {
  for (std::size_t i = args_.size(); i < text_.params.size(); ++i) {
    const std::string& param = text_.params[i];
    if (kwargs_.find(param)) continue;
    return usage_error("the parameter \"" + sanitize(param) +
                       "\" has no value: expected it as argument " + std::to_string(i + 1) +
                       " or as a keyword argument");
  }
  return {};
}

Result<void> Expansion::check_placeholders() const {
  for (const Pieces& pieces : parsed_.words) {
    for (const Piece& piece : pieces) {
      if (!piece.placeholder) continue;
      if (auto valid = check(piece); !valid) return valid;
    }
  }
  return {};
}

Result<void> Expansion::check(const Piece& piece) const {
  const Placeholder& placeholder = *piece.placeholder;
  if (piece.hazard != Hazard::none && is_placeholder(piece)) {
    return hazard_error(piece.text, piece.hazard);
  }
  if (placeholder.kind == Kind::name && text_.first_names) return check_name(piece);
  if (is_repeated(piece) && text_.form == CommandText::Form::line &&
      (!piece.is_whole_word || piece.quoting == Quoting::never)) {
    return usage_error("\"" + sanitize_short(piece.text, 60) +
                       "\" is part of a word, and the words of a command line for a shell are not "
                       "repeated: give it a word of its own");
  }
  if (placeholder.kind != Kind::position || argument(placeholder)) return {};
  return usage_error("\"" + sanitize_short(piece.text, 60) +
                     "\" stands for an argument that is not there: the job has " +
                     count_of_arguments(args_.size()));
}

/// Some jobs that know a name and some that do not: then what is in braces would be a value here
/// and plain text there.
Result<void> Expansion::check_name(const Piece& piece) const {
  const std::string_view name = piece.placeholder->name;
  if (!is_own(name)) return {};
  const auto& names = *text_.first_names;
  const bool is_expected = std::find(names.begin(), names.end(), name) != names.end();
  const bool is_there = kwargs_.find(name) != nullptr;
  if (is_expected == is_there) return {};
  return usage_error("\"" + sanitize_short(piece.text, 60) + "\" stands for a key that " +
                     (is_there ? "the first item does not have" : "this item does not have"));
}

Result<Command> Expansion::as_argv() const {
  Command command;
  command.argv.reserve(parsed_.words.size() + args_.size() + text_.extra_args.size());
  for (const Pieces& pieces : parsed_.words) {
    if (is_repeated(pieces)) {
      for_each_row([&](const Expansion& row) { row.add_word(pieces, command); });
    } else {
      add_word(pieces, command);
    }
  }
  if (auto added = add_tail(command.argv); !added) return std::move(added).error();
  if (command.argv.empty()) return usage_error("the command is empty");
  return command;
}

void Expansion::add_word(const Pieces& pieces, Command& command) const {
  if (!pieces.empty() && pieces.front().is_whole_word && is_list(pieces.front())) {
    for_each_value(*pieces.front().placeholder,
                   [&](std::string_view value) { command.argv.emplace_back(value); });
    return;
  }
  std::string word;
  for (const Piece& piece : pieces) {
    if (!is_placeholder(piece)) {
      word += piece.text;
    } else if (piece.placeholder->kind == Kind::slot) {
      command.slot_holes.push_back({command.argv.size(), word.size()});
    } else {
      word += joined(*piece.placeholder);
    }
  }
  command.argv.push_back(std::move(word));
}

Result<Command> Expansion::as_line(const IsProgram& is_program) const {
  CommandLine line;
  for (const Piece& piece : parsed_.words.front()) add_to_line(piece, line);
  if (line.slot_holes.empty() && line.text.find_first_not_of(" \t\n") == std::string::npos) {
    return usage_error("the command line is empty");
  }
  if (auto appended = append_tail(line); !appended) return std::move(appended).error();
  return command_from(std::move(line), text_.shell, is_program);
}

void Expansion::add_to_line(const Piece& piece, CommandLine& line) const {
  if (!is_placeholder(piece)) {
    line.text += piece.text;
  } else if (piece.placeholder->kind == Kind::slot) {
    add_slot_hole(piece, line);
  } else if (is_repeated(piece)) {
    bool is_first = true;
    for_each_row([&](const Expansion& row) { row.add_words(piece, line.text, is_first); });
  } else if (piece.is_whole_word && piece.quoting != Quoting::never && is_list(piece)) {
    bool is_first = true;
    add_words(piece, line.text, is_first);
  } else {
    append_as(piece.quoting, line.text, joined(*piece.placeholder));
  }
}

void Expansion::add_words(const Piece& piece, std::string& line, bool& is_first) const {
  for_each_value(*piece.placeholder, [&](std::string_view value) {
    if (!std::exchange(is_first, false)) line += ' ';
    append_as(piece.quoting, line, value);
  });
}

/// A digit is safe in every kind of quotes; outside of them it could become part of `2>`.
void Expansion::add_slot_hole(const Piece& piece, CommandLine& line) {
  if (piece.quoting == Quoting::always) line.text += '\'';
  if (piece.quoting == Quoting::after_variable) line.text += "\"\"";
  line.slot_holes.push_back(line.text.size());
  if (piece.quoting == Quoting::always) line.text += '\'';
}

Result<void> Expansion::append_tail(CommandLine& line) const {
  std::vector<std::string> tail;
  if (auto added = add_tail(tail); !added) return added;
  if (tail.empty()) return {};
  LineEnd end = parsed_.is_item_itself ? end_of_line(line.text) : parsed_.end;
  line.text.resize(line.text.size() - end.gap);
  // The newline that is cut may be the one that ended a comment.
  if (end.gap > 0 && obstacle_at(end).empty()) end = end_of_line(line.text);
  if (const auto obstacle = obstacle_at(end); !obstacle.empty()) {
    return usage_error("the command line ends " + std::string(obstacle) +
                       ", where no argument can be appended: put a placeholder where it belongs");
  }
  for (const std::string& word : tail) {
    line.text += ' ';
    append_shell_word(line.text, word);
  }
  return {};
}

Result<void> Expansion::add_tail(std::vector<std::string>& words) const {
  const bool appends = appends_own();
  for (const auto& [key, value] : kwargs_) {
    if (parsed_.uses.has_name(key) || (!appends && is_own(key))) continue;
    if (auto added = append_option(words, key, value); !added) return added;
  }
  for (std::size_t i = 0; i < args_.size() && appends && !parsed_.uses.all_positions; ++i) {
    if (!parsed_.uses.has_position(i, args_.size())) words.push_back(to_word(args_[i]));
  }
  words.insert(words.end(), text_.extra_args.begin(), text_.extra_args.end());
  return {};
}

bool Expansion::appends_own() const {
  if (text_.rest == CommandText::Rest::appended) return true;
  return !parsed_.uses.has_any_position() &&
         std::none_of(kwargs_.begin(), kwargs_.end(), [this](const Kwargs::Entry& entry) {
           return is_own(entry.first) && parsed_.uses.has_name(entry.first);
         });
}

/// Whether the job's own value is the only one there can be for this key.
bool Expansion::is_own(std::string_view key) const {
  return !text_.extras.find(key) && !text_.defaults.find(key);
}

bool Expansion::is_repeated(const Piece& piece) const {
  if (text_.row_size == 0 || !piece.placeholder) return false;
  const Placeholder& placeholder = *piece.placeholder;
  if (placeholder.kind != Kind::name) {
    return placeholder.kind == Kind::all || placeholder.kind == Kind::position;
  }
  const auto& params = text_.params;
  return std::find(params.begin(), params.end(), placeholder.name) != params.end();
}

bool Expansion::is_repeated(const Pieces& word) const {
  return text_.row_size > 0 && std::any_of(word.begin(), word.end(), [this](const Piece& piece) {
           return is_repeated(piece);
         });
}

template <typename Use>
void Expansion::for_each_row(Use use) const {
  for (std::size_t i = 0; i < args_.size(); i += text_.row_size) use(row_at(i));
}

Expansion Expansion::row_at(std::size_t first) const {
  const std::size_t rest = args_.size() - first;
  const std::size_t size = text_.row_size == 0 ? rest : std::min(text_.row_size, rest);
  return {parsed_, args_.subspan(first, size), kwargs_, job_number_};
}

const Value* Expansion::argument(const Placeholder& placeholder) const {
  if (placeholder.position > args_.size()) return nullptr;
  return &args_[placeholder.is_from_the_end ? args_.size() - placeholder.position
                                            : placeholder.position - 1];
}

const Value* Expansion::value_of(std::string_view name) const {
  const auto& params = text_.params;
  const auto param = std::find(params.begin(), params.end(), name);
  const auto position = static_cast<std::size_t>(param - params.begin());
  return position < params.size() && position < args_.size() ? &args_[position]
                                                             : kwargs_.find(name);
}

bool Expansion::is_placeholder(const Piece& piece) const {
  if (!piece.placeholder) return false;
  return piece.placeholder->kind != Kind::name || value_of(piece.placeholder->name);
}

bool Expansion::is_list(const Piece& piece) const {
  if (!piece.placeholder) return false;
  if (piece.placeholder->kind == Kind::all) return true;
  if (piece.placeholder->kind != Kind::name) return false;
  const Value* value = value_of(piece.placeholder->name);
  return value && value->kind == Value::Kind::array;
}

/// A keyword's null is nothing and its array several words; a positional argument is one word.
template <typename Use>
void Expansion::for_each_value(const Placeholder& placeholder, Use use) const {
  const auto use_part = [&](std::string_view word) {
    use(placeholder.part ? path_part(word, *placeholder.part) : word);
  };
  switch (placeholder.kind) {
    case Kind::all:
      for (const Value& arg : args_) use_word(arg, use);
      return;
    case Kind::position: use_word(*argument(placeholder), use_part); return;
    case Kind::name: {
      const Value& value = *value_of(placeholder.name);
      if (value.kind == Value::Kind::array) {
        for (const Value& item : value.items) use_word(item, use_part);
      } else if (value.kind != Value::Kind::null) {
        use_word(value, use_part);
      }
      return;
    }
    case Kind::job_number: use(std::string_view(std::to_string(job_number_))); return;
    case Kind::slot: assert(false && "a slot's number is not known yet"); return;
  }
}

std::string Expansion::joined(const Placeholder& placeholder) const {
  std::string words;
  bool is_first = true;
  for_each_value(placeholder, [&](std::string_view value) {
    if (!std::exchange(is_first, false)) words += ' ';
    words += value;
  });
  return words;
}

}  // namespace fanout
