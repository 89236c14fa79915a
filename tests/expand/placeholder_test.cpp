#include "expand/placeholder.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <optional>
#include <string>
#include <utility>

using fanout::PathPart;
using fanout::Placeholder;
using fanout::placeholder_at;
using Kind = fanout::Placeholder::Kind;

TEST_CASE("each spelling is its kind of placeholder") {
  CHECK(placeholder_at("{}", 0, "{}")->kind == Kind::all);
  CHECK(placeholder_at("{#}", 0, "{}")->kind == Kind::job_number);
  CHECK(placeholder_at("{%}", 0, "{}")->kind == Kind::slot);
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

TEST_CASE("a position counts from the front or from the end, and may ask for a part of a path") {
  struct Row {
    std::string text;
    std::uint64_t position;
    bool is_from_the_end;
    std::optional<PathPart> part;
  };
  for (const Row& row :
       {Row{"{.}", 1, false, PathPart::without_extension}, Row{"{/}", 1, false, PathPart::basename},
        Row{"{//}", 1, false, PathPart::dirname},
        Row{"{/.}", 1, false, PathPart::basename_without_extension},
        Row{"{12}", 12, false, std::nullopt}, Row{"{2.}", 2, false, PathPart::without_extension},
        Row{"{2/}", 2, false, PathPart::basename}, Row{"{2//}", 2, false, PathPart::dirname},
        Row{"{2/.}", 2, false, PathPart::basename_without_extension},
        Row{"{-1}", 1, true, std::nullopt},
        Row{"{-12/.}", 12, true, PathPart::basename_without_extension}}) {
    CAPTURE(row.text);
    const auto found = placeholder_at(row.text, 0, "{}");
    REQUIRE(found);
    CHECK(found->kind == Kind::position);
    CHECK(found->position == row.position);
    CHECK(found->is_from_the_end == row.is_from_the_end);
    CHECK(found->part == row.part);
    CHECK(found->text == row.text);
  }
}

TEST_CASE("what follows a name may ask for a part of a path") {
  for (const auto& asked :
       {std::pair("{a.b.}", PathPart::without_extension), std::pair("{a.b/}", PathPart::basename),
        std::pair("{a.b//}", PathPart::dirname),
        std::pair("{a.b/.}", PathPart::basename_without_extension)}) {
    const std::string_view text = asked.first;
    const PathPart part = asked.second;
    CAPTURE(text);
    const auto found = placeholder_at(text, 0, "{}");
    REQUIRE(found);
    CHECK(found->kind == Kind::name);
    CHECK(found->name == "a.b");
    CHECK(found->part == part);
  }
}

TEST_CASE("other braces are no placeholder") {
  for (const std::string text :
       {"{",      "{a",   "{ }",   "{a b}", "{print $1}", "{0}",   "{01}",  "{1a}",
        "{1,2}",  "{-a}", "{-}",   "{-0}",  "{--1}",      "{1..}", "{0.}",  "{#.}",
        "{1///}", "{.a}", "{///}", "{##}",  "{/a}",       "{{a}",  "{a/b}", "{a%}"}) {
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
