#include "expand/options.hpp"

#include <doctest/doctest.h>

#include "samples.hpp"

using namespace samples;

namespace {

std::string option(std::string_view key, const Value& value) {
  Command command;
  if (auto added = fanout::append_option(command.argv, key, value); !added) return "error";
  return shown(Result<Command>(command));
}

}  // namespace

TEST_CASE("a keyword argument becomes an option by its name and value") {
  CHECK(option("key", string("a b")) == "[--key=a b]");
  CHECK(option("key", string("")) == "[--key=]");
  CHECK(option("k", string("a b")) == "[-k][a b]");
  CHECK(option("k", string("")) == "[-k][]");
  CHECK(option("key", number("1.0")) == "[--key=1.0]");
  CHECK(option("k", number("12345678901234567890")) == "[-k][12345678901234567890]");
  CHECK(option("key", boolean(true)) == "[--key]");
  CHECK(option("k", boolean(true)) == "[-k]");
  CHECK(option("key", boolean(false)) == "");
  CHECK(option("key", null()) == "");
  CHECK(option("key", object("{\"a\":1}")) == "[--key={\"a\":1}]");
  CHECK(option("dry_run", boolean(true)) == "[--dry_run]");
}

TEST_CASE("an array repeats the option") {
  CHECK(option("key", array({string("a"), number("2")})) == "[--key=a][--key=2]");
  CHECK(option("k", array({string("a"), string("b")})) == "[-k][a][-k][b]");
  CHECK(option("v", array({boolean(true), boolean(true), null()})) == "[-v][-v]");
  CHECK(option("key", array({})) == "");
  CHECK(option("key", array({array({number("1"), string("x")})})) == "[--key=[1,\"x\"]]");
}

TEST_CASE("a name that cannot be an option is an error, unless there is nothing to say") {
  for (const std::string key : {"", "-k", "--key", "a=b", "a b", "a\tb", "a\nb", "="}) {
    CAPTURE(key);
    CHECK(option(key, string("x")) == "error");
    CHECK(option(key, boolean(false)) == "");
  }
  CHECK(option(std::string("a\0b", 3), string("x")) == "error");
}
