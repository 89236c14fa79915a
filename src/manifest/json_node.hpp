// JSON as nodes that know where they stand and keep their numbers as written.
// Refuses nothing that is JSON but what it is told to; the words of a fault are made here.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fanout/value.hpp"

namespace fanout {

inline constexpr std::string_view kJsonBlanks = " \t\r\n";
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
inline constexpr std::size_t kMaxJsonDepth = 200;

struct JsonMember;

/// A value and its place: the bytes [offset, end) of the text it was read from.
struct JsonNode {
  using Kind = Value::Kind;

  Kind kind = Kind::null;
  std::size_t offset = 0;
  std::size_t end = 0;
  std::string text;  ///< of a string: its bytes; of a number or a boolean: as written
  std::vector<JsonNode> items;
  std::vector<JsonMember> members;

  const JsonMember* find(std::string_view key) const;
};

struct JsonMember {
  std::string key;
  std::size_t key_offset = 0;
  JsonNode value;
};

/// What is wrong with a text, and at which byte.
struct JsonFault {
  std::size_t offset = 0;
  std::string message;
};

struct JsonReading {
  enum class DuplicateKeys { refuse, accept };
  enum class Keep {
    everything,
    all_but_jobs,  ///< of a root array, and of what a root's key `jobs` holds: only the place
    nothing,       ///< of the root: only the place
  };

  DuplicateKeys duplicate_keys = DuplicateKeys::refuse;
  Keep keep = Keep::everything;
};

using JsonOrFault = std::variant<JsonNode, JsonFault>;

/// Reads the one value that `text` is. What is not kept is checked for its syntax and its depth.
JsonOrFault read_json(std::string_view text, JsonReading how = {});

/// Reads the one value that the bytes [begin, end) of `text` are; offsets are those in `text`.
JsonOrFault read_json(std::string_view text, std::size_t begin, std::size_t end,
                      JsonReading how = {});

}  // namespace fanout
