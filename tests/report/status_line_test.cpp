#include "report/status_line.hpp"

#include <doctest/doctest.h>

#include "fanout/base/rope.hpp"
#include "report/fakes.hpp"

using namespace fanout;

namespace {
using Cursor = StatusLine::Cursor;
}  // namespace

TEST_CASE("a status line is drawn in its place, and erased for what others write") {
  FakeWriter terminal;
  int hidden = 0;
  StatusLine line(terminal, [&] { ++hidden; });
  AboveStatusLine above(terminal, line);
  line.show("1/3", Cursor::at_line_start);
  line.show("2/3", Cursor::in_line);  // of its own line
  CHECK(terminal.text == "\r1/3\x1b[J\r\r2/3\x1b[J\r");
  terminal.text.clear();
  REQUIRE(above.write("said\n"));
  REQUIRE(above.write(Rope("more\n")));
  CHECK(terminal.text == "\r\x1b[J\rsaid\nmore\n");
  CHECK(hidden == 1);
}

TEST_CASE("nothing is written for nothing") {
  FakeWriter terminal;
  StatusLine line(terminal, [] { FAIL("nobody wrote"); });
  AboveStatusLine above(terminal, line);
  line.hide();
  REQUIRE(above.write("first\n"));
  line.show("x", Cursor::at_line_start);
  terminal.text.clear();
  REQUIRE(above.write(""));
  REQUIRE(above.write(Rope()));
  CHECK(terminal.text.empty());
  line.hide();
  CHECK(terminal.text == "\r\x1b[J\r");
}

TEST_CASE("what was written without a newline is left alone") {
  FakeWriter terminal;
  StatusLine line(terminal, [] {});
  line.show("x", Cursor::in_line);
  CHECK(terminal.text == "\nx\x1b[J\r");
}
