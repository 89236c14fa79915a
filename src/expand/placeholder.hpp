// What a `{…}` in a template stands for. Knows the spelling only, neither arguments nor shells.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "expand/path_parts.hpp"

namespace fanout {

struct Placeholder {
  enum class Kind {
    all,       ///< every positional argument
    position,  ///< one of them
    name,      ///< a keyword argument, or plain text when the job knows none of that name
    job_number,
    slot,
  };

  Kind kind = Kind::all;
  std::string_view text{};         ///< as written
  std::string_view name{};         ///< of Kind::name
  std::uint64_t position = 0;      ///< of Kind::position, from 1
  bool is_from_the_end = false;    ///< then 1 is the last
  std::optional<PathPart> part{};  ///< of a position or a name: only this of the value
};

/// The placeholder that begins at `at`, if one does. `all_token` wins over all other spellings.
std::optional<Placeholder> placeholder_at(std::string_view text, std::size_t at,
                                          std::string_view all_token);

}  // namespace fanout
