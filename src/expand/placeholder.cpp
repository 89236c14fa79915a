#include "expand/placeholder.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace fanout {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Bytes beyond ASCII count, so that names may be in any language.
bool begins_name(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool continues_name(char c) {
  return begins_name(c) || is_digit(c) || c == '.' || c == '-';
}

std::optional<Placeholder> path_placeholder(std::string_view inside) {
  Placeholder found{.kind = Placeholder::Kind::path, .text = {}, .name = {}};
  if (inside == ".") {
    found.part = PathPart::without_extension;
  } else if (inside == "/") {
    found.part = PathPart::basename;
  } else if (inside == "//") {
    found.part = PathPart::dirname;
  } else if (inside == "/.") {
    found.part = PathPart::basename_without_extension;
  } else {
    return std::nullopt;
  }
  return found;
}

/// More digits than fit are a position that no job has.
std::uint64_t position_from(std::string_view digits) {
  std::uint64_t position = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), position);
  return read.ec == std::errc() ? position : std::numeric_limits<std::uint64_t>::max();
}

std::optional<Placeholder> braced_placeholder(std::string_view inside) {
  using Kind = Placeholder::Kind;
  if (inside.empty()) return std::nullopt;
  if (begins_name(inside.front())) {
    if (!std::all_of(inside.begin(), inside.end(), continues_name)) return std::nullopt;
    return Placeholder{.kind = Kind::name, .text = {}, .name = inside};
  }
  if (is_digit(inside.front())) {
    if (inside.front() == '0' || !std::all_of(inside.begin(), inside.end(), is_digit)) {
      return std::nullopt;
    }
    return Placeholder{
        .kind = Kind::position, .text = {}, .name = {}, .position = position_from(inside)};
  }
  if (inside == "#") return Placeholder{.kind = Kind::job_number, .text = {}, .name = {}};
  if (inside == "%") return Placeholder{.kind = Kind::slot, .text = {}, .name = {}};
  return path_placeholder(inside);
}

/// The end of what may be between braces, found without looking further than a placeholder goes.
std::size_t end_of_inside(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size() &&
         (continues_name(text[end]) || text[end] == '/' || text[end] == '#' || text[end] == '%')) {
    ++end;
  }
  return end;
}

}  // namespace

std::optional<Placeholder> placeholder_at(std::string_view text, std::size_t at,
                                          std::string_view all_token) {
  if (text.substr(at).starts_with(all_token)) {
    return Placeholder{
        .kind = Placeholder::Kind::all, .text = text.substr(at, all_token.size()), .name = {}};
  }
  if (text[at] != '{') return std::nullopt;
  const std::size_t end = end_of_inside(text, at + 1);
  if (end >= text.size() || text[end] != '}') return std::nullopt;
  auto found = braced_placeholder(text.substr(at + 1, end - at - 1));
  if (found) found->text = text.substr(at, end + 1 - at);
  return found;
}

}  // namespace fanout
