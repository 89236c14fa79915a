#include "report/visible_writer.hpp"

#include <doctest/doctest.h>

#include "fanout/base/text.hpp"
#include "report/fakes.hpp"

using namespace fanout;

TEST_CASE("text for a terminal keeps its lines and cannot drive it") {
  FakeWriter terminal;
  VisibleWriter writer(terminal);
  CHECK(writer.write("\x1b[31mred\x1b[0m\tgr\xC3\xBC\xC3\x9F\n\x7f\xff\r\n"));
  CHECK(
      writer.write("\xC2\x9B"
                   "2J\n"));
  CHECK(terminal.text == "\\x1b[31mred\\x1b[0m\tgr\xC3\xBC\xC3\x9F\n\\x7f\\xff\\r\n\\xc2\\x9b2J\n");
}

TEST_CASE("what the terminal refuses is told") {
  FakeWriter terminal;
  terminal.fail_with = Error{ErrorKind::output, "write: gone"};
  VisibleWriter writer(terminal);
  CHECK(writer.write("a").error().message == "write: gone");
}
