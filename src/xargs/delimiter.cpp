#include "xargs/delimiter.hpp"

#include <array>
#include <cstdlib>
#include <utility>

namespace fanout {
namespace {

constexpr std::array<std::pair<char, char>, 8> kEscapes = {{{'a', '\a'},
                                                            {'b', '\b'},
                                                            {'f', '\f'},
                                                            {'n', '\n'},
                                                            {'r', '\r'},
                                                            {'t', '\t'},
                                                            {'v', '\v'},
                                                            {'\\', '\\'}}};

Error invalid(std::string_view text, const std::string& why) {
  return usage_error("Invalid escape sequence " + std::string(text) +
                     " in input delimiter specification" + why);
}

/// The whole text is `\NNN` or `\xNN`.
Result<char> parse_number(std::string_view text) {
  const bool is_hex = text[1] == 'x';
  const std::string digits(text.substr(is_hex ? 2 : 1));
  char* end = nullptr;
  const unsigned long value = std::strtoul(digits.c_str(), &end, is_hex ? 16 : 8);
  if (value > 255) {
    return invalid(
        text, std::string("; character values must not exceed ") + (is_hex ? "ff" : "377") + ".");
  }
  if (*end != '\0') {
    return invalid(text, std::string("; trailing characters ") + end + " not recognised.");
  }
  return static_cast<char>(value);
}

}  // namespace

Result<char> parse_xargs_delimiter(std::string_view text) {
  if (text.size() == 1) return text.front();
  if (text.empty() || text.front() != '\\') {
    return usage_error("Invalid input delimiter specification " + std::string(text) +
                       ": the delimiter must be either a single character or an escape sequence "
                       "starting with \\.");
  }
  const char second = text[1];
  const bool is_digit = second >= '0' && second <= '9';
  if (second == 'x' || is_digit) return parse_number(text);
  // What follows a letter is not looked at.
  for (const auto& [letter, meaning] : kEscapes) {
    if (letter == second) return meaning;
  }
  return invalid(text, ".");
}

}  // namespace fanout
