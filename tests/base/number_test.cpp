#include "fanout/base/number.hpp"

#include <doctest/doctest.h>

using namespace fanout;

TEST_CASE("whole numbers are digits and nothing else") {
  CHECK(*parse_whole_number("0") == 0);
  CHECK(*parse_whole_number("18446744073709551615") == 18446744073709551615U);
  CHECK(parse_whole_number("-1").error().message ==
        "\"-1\" is negative; expected a whole number, 0 or more");
  CHECK(parse_whole_number("18446744073709551616").error().message ==
        "\"18446744073709551616\" is too large");
  for (const char* wrong : {"", "1.5", "x", "1x", " 1", "+1"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_whole_number(wrong));
  }
}

TEST_CASE("sizes have the units that people use") {
  CHECK(*parse_size("0") == 0);
  CHECK(*parse_size("512") == 512);
  CHECK(*parse_size("64K") == 65536);
  CHECK(*parse_size("64KiB") == 65536);
  CHECK(*parse_size("1.5M") == 1572864);
  CHECK(*parse_size("2GB") == 2147483648U);
  CHECK(*parse_size("10B") == 10);
  CHECK(*parse_size("9007199254740993") == 9007199254740993U);  // no double is this number
  for (const char* wrong : {"", "K", "-1", "1X", "1.2", "1 K", "nan", "1e30T", "9999999T", "iB",
                            "1..5K", "18446744073709551616", "9223372036854775807"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_size(wrong));
  }
}
