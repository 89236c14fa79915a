// Directories that only their owner can enter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "fanout/base/result.hpp"

namespace fanout {

/// False: something of that name is there already.
Result<bool> make_private_directory(const std::string& path);

/// Makes those of the path that are missing. What is there keeps its mode.
Result<void> make_private_directories(const std::string& path);

/// Of whom a directory is: a number of a user. Empty where there is none; a link to one is none.
Result<std::optional<std::uint32_t>> owner_of_directory(const std::string& path);

/// The number of the user whose rights this process has.
std::uint32_t own_user();

}  // namespace fanout
