#include "os/resource_limit.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cerrno>

// The child runs in its parent's memory on a stack that sanitizers do not know.
#define FANOUT_IN_CHILD __attribute__((no_sanitize("address", "undefined")))

namespace fanout {
namespace {

struct Known {
  int resource;
  const char* call;
};

// In the order of ProcessLimit.
constexpr std::array<Known, kProcessLimits> kKnown = {{
    {RLIMIT_CPU, "setrlimit RLIMIT_CPU"},
    {RLIMIT_AS, "setrlimit RLIMIT_AS"},
    {RLIMIT_DATA, "setrlimit RLIMIT_DATA"},
    {RLIMIT_STACK, "setrlimit RLIMIT_STACK"},
    {RLIMIT_FSIZE, "setrlimit RLIMIT_FSIZE"},
    {RLIMIT_NOFILE, "setrlimit RLIMIT_NOFILE"},
    {RLIMIT_NPROC, "setrlimit RLIMIT_NPROC"},
    {RLIMIT_CORE, "setrlimit RLIMIT_CORE"},
    {RLIMIT_MEMLOCK, "setrlimit RLIMIT_MEMLOCK"},
}};

static_assert(kNoLimit == RLIM_INFINITY);

// -1 is a priority as well: only errno tells.
FANOUT_IN_CHILD bool read_nice(int& nice) {
  errno = 0;
  nice = ::getpriority(PRIO_PROCESS, 0);
  return nice != -1 || errno == 0;
}

}  // namespace

ResourceLimit resource_limit(ProcessLimit which, std::uint64_t value) {
  const Known& known = kKnown[static_cast<std::size_t>(which)];
  return {known.resource, value, known.call};
}

FANOUT_IN_CHILD bool set_in_child(const ResourceLimit& limit) {
  const auto resource = static_cast<__rlimit_resource_t>(limit.resource);
  rlimit wanted{limit.value, limit.value};
  if (limit.resource == RLIMIT_CPU && limit.value != RLIM_INFINITY) {
    rlimit found{};
    if (::getrlimit(resource, &found) != 0) return false;
    if (limit.value < found.rlim_max) ++wanted.rlim_max;
  }
  return ::setrlimit(resource, &wanted) == 0;
}

FANOUT_IN_CHILD bool add_nice_in_child(int by) {
  int found = 0;
  return read_nice(found) && ::setpriority(PRIO_PROCESS, 0, found + by) == 0;
}

// Of the calling thread only, and given back at once: to be nicer again needs no right.
Result<void> check_nice(int by) {
  int found = 0;
  if (!read_nice(found)) return system_error("getpriority", "", errno);
  if (::setpriority(PRIO_PROCESS, 0, found + by) != 0) {
    return system_error("setpriority", "", errno);
  }
  ::setpriority(PRIO_PROCESS, 0, found);
  return {};
}

}  // namespace fanout
