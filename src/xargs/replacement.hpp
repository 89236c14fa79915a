// Puts an item in the place of -I's token.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "xargs/item_reader.hpp"

namespace fanout {

struct Replaced {
  std::string text;        ///< up to the first NUL
  std::uint64_t size = 0;  ///< with what is behind it
};

/// Empty when it becomes too large for a command of `max_chars`.
std::optional<Replaced> replace_all(std::string_view word, std::string_view token,
                                    const ItemReader::Item& item, std::uint64_t max_chars);

}  // namespace fanout
