#include "expand/parsed_text.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "fanout/base/text.hpp"

namespace fanout {
namespace {

using Kind = Placeholder::Kind;

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view kGaps = " \t\n";
  const auto begin = line.find_first_not_of(kGaps);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(kGaps) + 1 - begin);
}

Result<void> check(const CommandText& text) {
  if (text.placeholders && text.all_token.empty()) {
    return usage_error("the token for all arguments is empty: expected something like \"{}\"");
  }
  for (auto name = text.params.begin(); name != text.params.end(); ++name) {
    if (std::find(text.params.begin(), name, *name) != name) {
      return usage_error("the parameter \"" + sanitize(*name) + "\" is declared twice");
    }
  }
  if (text.form != CommandText::Form::line) return {};
  if (text.words.size() > 1) {
    return usage_error("a command line is one word, but there are " +
                       std::to_string(text.words.size()) + ": quote it as a whole");
  }
  if (text.words.empty() || trimmed(text.words.front()).empty()) {
    return usage_error("the command line is empty");
  }
  return {};
}

void cut(ParsedText& parsed) {
  const CommandText& text = *parsed.text;
  const bool is_line = text.form == CommandText::Form::line;
  if (!text.placeholders) {
    for (const std::string& word : text.words) {
      parsed.words.push_back({Piece{.text = word, .placeholder = {}}});
    }
    if (is_line) parsed.end = end_of_line(text.words.front());
  } else if (!is_line) {
    for (const std::string& word : text.words) {
      parsed.words.push_back(cut_word(word, text.all_token));
    }
  } else if (trimmed(text.words.front()) == text.all_token) {
    parsed.is_item_itself = true;
    parsed.words.push_back(cut_word(text.all_token, text.all_token));
  } else {
    LinePieces line = cut_line(text.words.front(), text.all_token);
    parsed.words.push_back(std::move(line.pieces));
    parsed.end = line.end;
  }
}

void note_use(Uses& uses, const Placeholder& placeholder, const std::vector<std::string>& params) {
  switch (placeholder.kind) {
    case Kind::all: uses.all_positions = true; return;
    case Kind::position:
      (placeholder.is_from_the_end ? uses.positions_at_end : uses.positions)
          .push_back(placeholder.position - 1);
      return;
    case Kind::name: {
      uses.names.push_back(placeholder.name);
      const auto param = std::find(params.begin(), params.end(), placeholder.name);
      if (param != params.end()) {
        uses.positions.push_back(static_cast<std::uint64_t>(param - params.begin()));
      }
      return;
    }
    case Kind::job_number:
    case Kind::slot: return;
  }
}

template <typename T>
void sort_uniquely(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

Uses uses_of(const ParsedText& parsed) {
  Uses uses;
  for (const Pieces& pieces : parsed.words) {
    for (const Piece& piece : pieces) {
      if (piece.placeholder) note_use(uses, *piece.placeholder, parsed.text->params);
    }
  }
  sort_uniquely(uses.positions);
  sort_uniquely(uses.positions_at_end);
  sort_uniquely(uses.names);
  return uses;
}

bool is_placeholder_for_every_job(const Placeholder& placeholder, const CommandText& text) {
  if (placeholder.kind != Kind::name) return true;
  const std::string_view name = placeholder.name;
  return text.defaults.find(name) || text.extras.find(name) ||
         std::find(text.params.begin(), text.params.end(), name) != text.params.end();
}

Result<void> check_hazards(const ParsedText& parsed) {
  for (const Pieces& pieces : parsed.words) {
    for (const Piece& piece : pieces) {
      if (piece.hazard != Hazard::none &&
          is_placeholder_for_every_job(*piece.placeholder, *parsed.text)) {
        return hazard_error(piece.text, piece.hazard);
      }
    }
  }
  return {};
}

/// Completes "stands …" and "ends …" alike.
std::string_view place_of(Hazard hazard) {
  switch (hazard) {
    case Hazard::none: return "";
    case Hazard::backquotes: return "inside backquotes";
    case Hazard::substitution: return "inside $(…)";
    case Hazard::parameter: return "inside ${…}";
    case Hazard::dollar: return "directly after \"$\"";
    case Hazard::dollar_quotes: return "inside or after $'…'";
    case Hazard::here_document: return "after \"<<\"";
    case Hazard::comment: return "in a comment";
    case Hazard::backslash: return "after a backslash";
    case Hazard::unclear: return "after something that shells read differently";
  }
  return "";
}

}  // namespace

bool Uses::has_any_position() const {
  return all_positions || !positions.empty() || !positions_at_end.empty();
}

bool Uses::has_position(std::size_t position, std::size_t count) const {
  return all_positions || std::binary_search(positions.begin(), positions.end(), position) ||
         std::binary_search(positions_at_end.begin(), positions_at_end.end(), count - 1 - position);
}

bool Uses::has_name(std::string_view name) const {
  return std::binary_search(names.begin(), names.end(), name);
}

Result<ParsedText> parse_text(std::shared_ptr<const CommandText> text) {
  if (auto sound = check(*text); !sound) return std::move(sound).error();
  ParsedText parsed;
  parsed.text = std::move(text);
  cut(parsed);
  parsed.uses = uses_of(parsed);
  if (auto safe = check_hazards(parsed); !safe) return std::move(safe).error();
  return parsed;
}

Error hazard_error(std::string_view placeholder, Hazard hazard) {
  const std::string token = sanitize(placeholder);
  const std::string stands = "\"" + token + "\" stands " + std::string(place_of(hazard));
  if (hazard == Hazard::comment) return usage_error(stands + ": take it out of the command line");
  return usage_error(stands + ", where it cannot be quoted safely; use a variable: x=" + token +
                     "; … \"$x\"");
}

std::string_view obstacle_at(const LineEnd& end) {
  if (end.hazard != Hazard::none) return place_of(end.hazard);
  if (end.in_quotes) return "inside quotes";
  if (end.after_operator) return "with an operator";
  return {};
}

}  // namespace fanout
