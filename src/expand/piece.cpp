#include "expand/piece.hpp"

namespace fanout {

Pieces cut_word(std::string_view word, std::string_view all_token) {
  Pieces pieces;
  std::size_t literal = 0;
  const auto end_literal = [&](std::size_t end) {
    if (end > literal)
      pieces.push_back({.text = word.substr(literal, end - literal), .placeholder = {}});
  };
  for (std::size_t at = 0; at < word.size();) {
    auto found = placeholder_at(word, at, all_token);
    if (!found) {
      ++at;
      continue;
    }
    end_literal(at);
    at += found->text.size();
    literal = at;
    pieces.push_back({.text = found->text, .placeholder = found});
  }
  end_literal(word.size());
  if (pieces.size() == 1) pieces.front().is_whole_word = true;
  return pieces;
}

}  // namespace fanout
