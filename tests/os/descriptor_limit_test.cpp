#include "os/descriptor_limit.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

using namespace fanout;

namespace {

rlimit limit() {
  rlimit now{};
  ::getrlimit(RLIMIT_NOFILE, &now);
  return now;
}

}  // namespace

TEST_CASE("the limit is raised as far as it may be, and only when it is too low") {
  const rlimit found = limit();
  raise_descriptor_limit(1);
  CHECK(limit().rlim_cur == found.rlim_cur);
  raise_descriptor_limit(found.rlim_max);
  CHECK(limit().rlim_cur == found.rlim_max);
  CHECK(is_reserved_descriptor(static_cast<int>(found.rlim_max) - 1));
  CHECK_FALSE(is_reserved_descriptor(3));
  restore_found_descriptor_limit();
  CHECK(limit().rlim_cur == found.rlim_cur);
}
