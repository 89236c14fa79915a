#include "expand/shell_quoting.hpp"

#include <algorithm>

#include "expand/shell_words.hpp"

namespace fanout {
namespace {

/// `--key=value` is no assignment and no reserved word, so its `=` needs no quotes.
bool is_plain_option(std::string_view word) {
  return word.starts_with('-') && std::all_of(word.begin(), word.end(), [](char c) {
           return c == '=' || is_plain_character(c);
         });
}

}  // namespace

void append_in_single_quotes(std::string& line, std::string_view value) {
  while (true) {
    const auto quote = value.find('\'');
    line.append(value.substr(0, quote));
    if (quote == std::string_view::npos) return;
    line.append("'\\''");
    value.remove_prefix(quote + 1);
  }
}

void append_in_double_quotes(std::string& line, std::string_view value) {
  while (true) {
    const auto special = value.find_first_of("\\$`\"");
    line.append(value.substr(0, special));
    if (special == std::string_view::npos) return;
    line.push_back('\\');
    line.push_back(value[special]);
    value.remove_prefix(special + 1);
  }
}

void append_quoted(std::string& line, std::string_view value) {
  line.push_back('\'');
  append_in_single_quotes(line, value);
  line.push_back('\'');
}

void append_shell_word(std::string& line, std::string_view word) {
  if ((is_plain_text(word) && !is_reserved_word(word)) || is_plain_option(word)) {
    line.append(word);
  } else {
    append_quoted(line, word);
  }
}

}  // namespace fanout
