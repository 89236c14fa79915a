#include "os/pid_set.hpp"

#include <doctest/doctest.h>

using namespace fanout;

TEST_CASE("a set has each number once, whatever the order in which they come") {
  PidSet set;
  for (const pid_t pid : {30, 10, 20, 10}) set.insert(pid);
  for (const pid_t pid : {10, 20, 30}) CHECK(set.contains(pid));
  for (const pid_t pid : {0, 15, 31}) CHECK(!set.contains(pid));
  set.erase(15);
  set.erase(10);
  CHECK(!set.contains(10));
  CHECK(set.contains(20));
  CHECK(set.contains(30));
}
