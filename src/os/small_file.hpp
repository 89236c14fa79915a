// All of a small file: what the kernel tells in /proc, a person wrote for us, or we keep.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "fanout/base/result.hpp"

namespace fanout {

/// The error names the file. More than `most` bytes are refused, and so is what a read could wait
/// for.
Result<std::string> read_small_file(const std::string& path, std::size_t most = 64 * 1024);

/// A new file, for its owner only, with that text; on the disk when this returns.
Result<void> write_new_file(const std::string& path, std::string_view text);

}  // namespace fanout
