// How large a command may become: what -s allows, counted as POSIX does, and what the kernel takes,
// which counts pointers and the environment as well (execve(2)).
#pragma once

#include <cstdint>
#include <string_view>

#include "xargs/options.hpp"

namespace fanout {

class CommandSize {
 public:
  CommandSize(std::uint64_t max_chars, const ArgumentSpace& space) : most_(max_chars) {
    // Of the program's path, and that of its interpreter, nothing is known here.
    constexpr std::uint64_t kPaths = 2 * 4096;
    const std::uint64_t taken =
        space.environment_bytes + kPointer * (space.environment_entries + 8) + kPaths;
    kernel_room_ = space.arg_max > taken ? space.arg_max - taken : 0;
  }

  /// `size` is without the NUL at its end.
  void add(std::uint64_t size) {
    chars_ += size + 1;
    kernel_ += size + 1 + kPointer;
  }
  void clear() { chars_ = kernel_ = 0; }

  bool allows(std::uint64_t size) const { return chars_ + size + 1 <= most_; }
  bool fits_kernel(std::uint64_t size) const {
    return size < kLongestArgument && kernel_ + size + 1 + kPointer <= kernel_room_;
  }

  std::uint64_t chars() const { return chars_; }

 private:
  static constexpr std::uint64_t kPointer = 8;
  static constexpr std::uint64_t kLongestArgument = 131072;  // with its NUL

  std::uint64_t most_;
  std::uint64_t kernel_room_;
  std::uint64_t chars_ = 0;
  std::uint64_t kernel_ = 0;
};

}  // namespace fanout
