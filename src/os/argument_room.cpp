#include "os/argument_room.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace fanout {
namespace {

// execve(2): whatever the stack may grow to, the kernel takes no more than three quarters of 8 MiB,
// and no word of more than 32 pages.
constexpr std::size_t kMostOfAll = std::size_t{6} << 20;
constexpr std::size_t kLongestWord = std::size_t{128} << 10;
/// What POSIX promises; when the environment leaves less, jobs cannot be started anyway.
constexpr std::size_t kLeastOfAll = 4096;
/// For the variables of a job and what the kernel puts beside them.
constexpr std::size_t kHeadroom = 4096;

std::size_t size_of_environment() {
  std::size_t size = 0;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    size += std::strlen(*variable) + 1 + sizeof(char*);
  }
  return size;
}

}  // namespace

ArgumentRoom argument_room() {
  const long told = ::sysconf(_SC_ARG_MAX);
  const std::size_t all =
      told > 0 ? std::min(static_cast<std::size_t>(told), kMostOfAll) : kLongestWord;
  const std::size_t taken = size_of_environment() + kHeadroom;
  const std::size_t bytes = all > taken + kLeastOfAll ? all - taken : kLeastOfAll;
  return {bytes, std::min(kLongestWord, bytes)};
}

}  // namespace fanout
