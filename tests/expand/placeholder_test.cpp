#include "expand/placeholder.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

using fanout::PathPart;
using fanout::Placeholder;
using fanout::placeholder_at;
using Kind = fanout::Placeholder::Kind;

TEST_CASE("each spelling is its kind of placeholder") {
  CHECK(placeholder_at("{}", 0, "{}")->kind == Kind::all);
  CHECK(placeholder_at("{#}", 0, "{}")->kind == Kind::job_number);
  CHECK(placeholder_at("{%}", 0, "{}")->kind == Kind::slot);
  CHECK(placeholder_at("{12}", 0, "{}")->position == 12);
  CHECK(placeholder_at("{.}", 0, "{}")->part == PathPart::without_extension);
  CHECK(placeholder_at("{/}", 0, "{}")->part == PathPart::basename);
  CHECK(placeholder_at("{//}", 0, "{}")->part == PathPart::dirname);
  CHECK(placeholder_at("{/.}", 0, "{}")->part == PathPart::basename_without_extension);
  for (const std::string name : {"a", "_", "Name", "a.b", "a-b", "a_1", "größe"}) {
    CAPTURE(name);
    const std::string text = "x{" + std::string(name) + "}y";
    const auto found = placeholder_at(text, 1, "{}");
    REQUIRE(found);
    CHECK(found->kind == Kind::name);
    CHECK(found->name == name);
    CHECK(found->text == text.substr(1, text.size() - 2));
  }
}

TEST_CASE("other braces are no placeholder") {
  for (const std::string text :
       {"{", "{a", "{ }", "{a b}", "{print $1}", "{0}", "{01}", "{1a}", "{1,2}", "{-a}", "{.a}",
        "{///}", "{##}", "{/a}", "{{a}", "{a/b}", "{a%}"}) {
    CAPTURE(text);
    CHECK_FALSE(placeholder_at(text, 0, "{}"));
  }
}

TEST_CASE("a position too large for any number is a position no job has") {
  const auto found = placeholder_at("{99999999999999999999999}", 0, "{}");
  REQUIRE(found);
  CHECK(found->position == std::numeric_limits<std::uint64_t>::max());
}

TEST_CASE("another token for all arguments makes {} plain text") {
  CHECK(placeholder_at("a%b", 1, "%")->kind == Kind::all);
  CHECK(placeholder_at("a%b", 1, "%")->text == "%");
  CHECK_FALSE(placeholder_at("{}", 0, "%"));
  CHECK(placeholder_at("{1}", 0, "{1}")->kind == Kind::all);
  CHECK(placeholder_at("{1}", 0, "%")->kind == Kind::position);
}
