#include "cli/typed_options.hpp"

#include <doctest/doctest.h>

using namespace fanout;

namespace {

using List = std::vector<std::string>;

TypedOptions parsed(CommandSet command, WordPlace place, const List& arguments) {
  Result<TypedOptions> typed = parse_options(command, place, arguments);
  REQUIRE_MESSAGE(typed, (typed ? "" : typed.error().message));
  return *typed;
}

TypedOptions map(const List& arguments) {
  return parsed(CommandSet::map, WordPlace::after_options, arguments);
}

std::string problem(const List& arguments) {
  const Result<TypedOptions> typed =
      parse_options(CommandSet::map, WordPlace::after_options, arguments);
  return typed ? "" : typed.error().message;
}

}  // namespace

TEST_CASE("values may follow, be attached, or stand after an equals sign") {
  for (const List& arguments : {List{"-j", "4"}, List{"-j4"}, List{"--max-workers", "4"},
                                List{"--max-workers=4"}, List{"-j", "1", "-j4"}}) {
    const TypedOptions typed = map(arguments);
    REQUIRE(typed.value("max-workers") != nullptr);
    CHECK(*typed.value("max-workers") == "4");
    CHECK(typed.words.empty());
  }
}

TEST_CASE("a value may look like anything") {
  CHECK(*map({"-j", "-1"}).value("max-workers") == "-1");
  CHECK(*map({"--timeout", "--silent"}).value("timeout") == "--silent");
  CHECK(*map({"--timeout="}).value("timeout") == "");
  CHECK(*map({"-d", ""}).value("delimiter") == "");
  CHECK(*map({"-I", "--", "x"}).value("replace") == "--");
  CHECK(*map({"--replace-failed", "[1, 2]"}).value("replace-failed") == "[1, 2]");
  CHECK(*map({"--replace-failed=\"a b\""}).value("replace-failed") == "\"a b\"");
  CHECK(*map({"--replace-failed", "'x'"}).value("replace-failed") == "'x'");
}

TEST_CASE("letters can be bundled, the last one with a value") {
  const TypedOptions typed = map({"-0n2"});
  CHECK(typed.has("null"));
  CHECK(*typed.value("max-args") == "2");
}

TEST_CASE("a repeated option keeps every value in order") {
  CHECK(map({"--extra", "a=1", "--extra=b=2"}).options.at("extra") == List{"a=1", "b=2"});
}

TEST_CASE("the options of map end at the first word that is none") {
  const TypedOptions typed = map({"--silent", "grep", "-j", "x", "--", "--tag"});
  CHECK(typed.has("silent"));
  CHECK_FALSE(typed.has("tag"));
  CHECK(typed.words == List{"grep", "-j", "x", "--", "--tag"});
}

TEST_CASE("two dashes end the options and are gone") {
  CHECK(map({"--", "--silent", "x"}).words == List{"--silent", "x"});
  CHECK(map({"--tag", "--", "-"}).words == List{"-"});
}

TEST_CASE("run takes options anywhere, and one dash is a word") {
  const TypedOptions typed =
      parsed(CommandSet::run, WordPlace::anywhere, {"-", "-o", "values", "--silent"});
  CHECK(typed.words == List{"-"});
  CHECK(*typed.value("output") == "values");
  CHECK(typed.has("silent"));
}

TEST_CASE("what is wrong is named, with the nearest right name") {
  CHECK(problem({"--tiemout", "1"}) ==
        "unknown option \"--tiemout\" (did you mean \"--timeout\"?)");
  CHECK(problem({"--tiemout=1"}) == "unknown option \"--tiemout\" (did you mean \"--timeout\"?)");
  CHECK(problem({"-z"}) == "unknown option \"-z\"");
  CHECK(problem({"-0z"}) == "unknown option \"-z\"");
  CHECK(problem({"--timeout"}) == "option \"--timeout\" needs a value: DURATION");
  CHECK(problem({"-j"}) == "option \"--max-workers\" needs a value: N");
  CHECK(problem({"--silent=yes"}) == "option \"--silent\" takes no value");
  CHECK(problem({"--manifest", "x"}) ==
        "option \"--manifest\" belongs to call, not to this command");
  CHECK(problem({"-f", "x"}) == "option \"-f\" belongs to call, not to this command");
}

TEST_CASE("an option that names a file or a directory has a name") {
  CHECK(problem({"--joblog="}) == "--joblog: cannot open \"\": it names no file");
  CHECK(problem({"-a", "x", "-a", ""}) == "--arg-file: cannot open \"\": it names no file");
  CHECK(problem({"--results", ""}) == "--results: \"\" is no directory");
}
