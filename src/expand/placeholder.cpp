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

struct PartSpelling {
  std::string_view suffix;
  PathPart part;
};

// A suffix stands before those that it ends with.
constexpr PartSpelling kParts[] = {
    {"/.", PathPart::basename_without_extension},
    {"//", PathPart::dirname},
    {"/", PathPart::basename},
    {".", PathPart::without_extension},
};

/// Takes the suffix off that asks for a part of a path.
std::optional<PathPart> take_part(std::string_view& inside) {
  for (const PartSpelling& spelling : kParts) {
    if (!inside.ends_with(spelling.suffix)) continue;
    inside.remove_suffix(spelling.suffix.size());
    return spelling.part;
  }
  return std::nullopt;
}

/// More digits than fit are a position that no job has.
std::uint64_t position_from(std::string_view digits) {
  std::uint64_t position = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), position);
  return read.ec == std::errc() ? position : std::numeric_limits<std::uint64_t>::max();
}

std::optional<Placeholder> position_placeholder(std::string_view digits) {
  Placeholder found{.kind = Placeholder::Kind::position};
  found.is_from_the_end = digits.starts_with('-');
  if (found.is_from_the_end) digits.remove_prefix(1);
  if (digits.empty() || digits.front() == '0') return std::nullopt;
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  found.position = position_from(digits);
  return found;
}

std::optional<Placeholder> value_placeholder(std::string_view inside) {
  if (inside.empty()) return std::nullopt;
  if (!begins_name(inside.front())) return position_placeholder(inside);
  if (!std::all_of(inside.begin(), inside.end(), continues_name)) return std::nullopt;
  return Placeholder{.kind = Placeholder::Kind::name, .name = inside};
}

std::optional<Placeholder> braced_placeholder(std::string_view inside) {
  using Kind = Placeholder::Kind;
  if (inside == "#") return Placeholder{.kind = Kind::job_number};
  if (inside == "%") return Placeholder{.kind = Kind::slot};
  const std::optional<PathPart> part = take_part(inside);
  const bool is_of_the_first = part && inside.empty();
  auto found = value_placeholder(is_of_the_first ? "1" : inside);
  if (found) found->part = part;
  return found;
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
    return Placeholder{.kind = Placeholder::Kind::all, .text = text.substr(at, all_token.size())};
  }
  if (text[at] != '{') return std::nullopt;
  const std::size_t end = end_of_inside(text, at + 1);
  if (end >= text.size() || text[end] != '}') return std::nullopt;
  auto found = braced_placeholder(text.substr(at + 1, end - at - 1));
  if (found) found->text = text.substr(at, end + 1 - at);
  return found;
}

}  // namespace fanout
