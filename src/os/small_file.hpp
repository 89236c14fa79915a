// All of a small file: what the kernel tells in /proc, or a person wrote for us.
#pragma once

#include <string>

#include "fanout/base/result.hpp"

namespace fanout {

/// The error names the file. More than 64 KiB are refused, and so is what a read could wait for.
Result<std::string> read_small_file(const std::string& path);

}  // namespace fanout
