#include "os/exec_limits.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace fanout;

TEST_CASE("the limits count our environment with its NULs") {
  const ExecLimits before = exec_limits();
  CHECK(before.arg_max >= 131072);
  ::setenv("FANOUT_TEST_ROOM", "12345", 1);
  const ExecLimits after = exec_limits();
  ::unsetenv("FANOUT_TEST_ROOM");
  CHECK(after.environment_entries == before.environment_entries + 1);
  CHECK(after.environment_bytes == before.environment_bytes + sizeof "FANOUT_TEST_ROOM=12345");
}
