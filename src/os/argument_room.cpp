#include "os/argument_room.hpp"

#include <algorithm>

#include "os/exec_limits.hpp"

namespace fanout {
namespace {

// execve(2): whatever the stack may grow to, the kernel takes no more than three quarters of 8 MiB.
constexpr std::size_t kMostOfAll = std::size_t{6} << 20;
/// What POSIX promises; when the environment leaves less, jobs cannot be started anyway.
constexpr std::size_t kLeastOfAll = 4096;
/// For the variables of a job and what the kernel puts beside them.
constexpr std::size_t kHeadroom = 4096;

}  // namespace

ArgumentRoom argument_room() {
  const ExecLimits limits = exec_limits();
  const std::size_t all =
      limits.arg_max > 0 ? std::min<std::size_t>(limits.arg_max, kMostOfAll) : kLongestArgument;
  const std::size_t environment =
      limits.environment_bytes + limits.environment_entries * sizeof(char*);
  const std::size_t taken = environment + kHeadroom;
  const std::size_t bytes = all > taken + kLeastOfAll ? all - taken : kLeastOfAll;
  return {bytes, std::min(kLongestArgument, bytes)};
}

}  // namespace fanout
