#include "os/descriptor_limit.hpp"

#include <sys/resource.h>

namespace fanout {
namespace {

constexpr rlim_t kReserve = 6;

rlimit look_at_limit() {
  rlimit limit{RLIM_INFINITY, RLIM_INFINITY};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit;
}

const rlimit kFound = look_at_limit();
rlim_t now_allowed = kFound.rlim_cur;

}  // namespace

void raise_descriptor_limit(std::uint64_t needed) {
  if (now_allowed >= needed || now_allowed >= kFound.rlim_max) return;
  const rlimit raised{kFound.rlim_max, kFound.rlim_max};
  if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) now_allowed = raised.rlim_cur;
}

void restore_found_descriptor_limit() {
  if (now_allowed != kFound.rlim_cur) ::setrlimit(RLIMIT_NOFILE, &kFound);
}

bool is_reserved_descriptor(int number) {
  return static_cast<rlim_t>(number) + kReserve >= now_allowed;
}

}  // namespace fanout
