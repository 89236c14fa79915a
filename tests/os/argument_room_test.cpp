#include "os/argument_room.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

TEST_CASE("the environment takes room from the arguments") {
  const fanout::ArgumentRoom before = fanout::argument_room();
  CHECK(before.bytes > 4096);
  CHECK(before.word <= 128 * 1024);
  const std::string value(1000, 'v');
  ::setenv("FANOUT_TEST_ROOM", value.c_str(), 1);
  const fanout::ArgumentRoom after = fanout::argument_room();
  ::unsetenv("FANOUT_TEST_ROOM");
  CHECK(before.bytes - after.bytes ==
        std::string("FANOUT_TEST_ROOM=").size() + 1001 + sizeof(char*));
  CHECK(fanout::argument_room().bytes == before.bytes);
}
