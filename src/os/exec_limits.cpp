#include "os/exec_limits.hpp"

#include <unistd.h>

#include <cstring>

namespace fanout {

ExecLimits exec_limits() {
  ExecLimits limits;
  const long most = ::sysconf(_SC_ARG_MAX);
  if (most > 0) limits.arg_max = static_cast<std::uint64_t>(most);
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    limits.environment_bytes += std::strlen(*entry) + 1;
    ++limits.environment_entries;
  }
  return limits;
}

}  // namespace fanout
