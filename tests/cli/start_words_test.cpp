#include "cli/start_words.hpp"

#include <doctest/doctest.h>

using namespace fanout;
using Form = StartRecord::Form;

namespace {

/// `run: -j 4 m.json`, or the error.
std::string split(const std::vector<std::string>& arguments) {
  const Result<TypedOptions> typed = parse_start_options(arguments);
  if (!typed) return typed.error().message;
  const Result<StartWords> parts = split_start_words(arguments, *typed);
  if (!parts) return parts.error().message;
  std::string told = parts->form == Form::run ? "run:" : parts->form == Form::map ? "map:" : "job:";
  for (const std::string& argument : parts->arguments) told += " " + argument;
  return told;
}

std::string refusal(const std::vector<std::string>& arguments) {
  const Result<TypedOptions> typed = parse_start_options(arguments);
  REQUIRE(typed);
  const Result<void> checked = check_start_options(*typed);
  return checked ? "" : checked.error().message;
}

}  // namespace

TEST_CASE("start takes run and map with options before and behind them") {
  CHECK(split({"run", "jobs.json"}) == "run: jobs.json");
  CHECK(split({"-j", "4", "run", "--format", "lines", "-"}) == "run: -j 4 --format lines -");
  CHECK(split({"run", "jobs.json", "-j4"}) == "run: jobs.json -j4");
  CHECK(split({"--format=lines", "run", "x"}) == "run: --format=lines x");
  CHECK(split({"map", "echo", ":::", "a"}) == "map: echo ::: a");
  CHECK(split({"-j4", "map", "-n2", "echo"}) == "map: -j4 -n2 echo");
  CHECK(split({"map", "--", "run", ":::", "a"}) == "map: -- run ::: a");
  CHECK(split({"run"}) == "run:");
}

TEST_CASE("a command without items is one job") {
  CHECK(split({"make", "-j4", "all"}) == "job: -- make -j4 all");
  CHECK(split({"--timeout", "1m", "make", "run"}) == "job: --timeout 1m -- make run");
  CHECK(split({"echo", "{}"}) == "job: -- echo {}");
  CHECK(split({"--shell", "a | b"}) == "job: --shell -- a | b");
  CHECK(split({"-o", "text", "make"}) == "job: -o text -- make");
}

TEST_CASE("a command with items is map") {
  for (const char* mark : {":::", ":::+", "::::", "::::+"}) {
    CHECK(split({"echo", mark, "a"}) == "map: -- echo " + std::string(mark) + " a");
  }
  CHECK(split({"-a", "items", "echo"}) == "map: -a items -- echo");
  CHECK(split({"--pipe", "wc", "-l"}) == "map: --pipe -- wc -l");
  CHECK(split({"-0", "rm"}) == "map: -0 -- rm");
  CHECK(split({"-I", "X", "echo", "X"}) == "map: -I X -- echo X");
}

TEST_CASE("behind -- a command may have any name") {
  CHECK(split({"--", "run", "fast"}) == "job: -- run fast");
  CHECK(split({"--", "map"}) == "job: -- map");
  CHECK(split({"-j2", "--", "run", ":::", "a"}) == "map: -j2 -- run ::: a");
  CHECK(split({"--", "-x"}) == "job: -- -x");
  CHECK(split({"echo", "--", "run"}) == "job: -- echo -- run");
  CHECK(split({"--tag-string", "--", "run", "m"}) == "run: --tag-string -- m");
}

TEST_CASE("the value of an option is no command") {
  CHECK(split({"--joblog", "run", "map", "echo"}) == "map: --joblog run echo");
}

TEST_CASE("start without anything to run is refused") {
  const std::string expected =
      "start needs what shall run: \"run\" and a manifest, \"map\" and a command, or a command";
  CHECK(split({}) == expected);
  CHECK(split({"-j", "4"}) == expected);
  CHECK(split({"--"}) == expected);
  CHECK(split({"--kill", "x"}) == "option \"--kill\" belongs to abort, not to this command");
}

TEST_CASE("options for somebody who looks on are refused with a reason") {
  CHECK(refusal({"--progress", "x"}) ==
        "--progress means nothing for a run that is started: nobody sees its progress; \"fanout "
        "status\" shows how far it is");
  for (const char* option :
       {"--live", "--line-buffer", "--tag", "--raw", "--color=always", "--tag-string={}"}) {
    CAPTURE(option);
    CHECK(refusal({option, "x"}).find("means nothing for a run that is started: ") !=
          std::string::npos);
  }
  CHECK(refusal({"-j4", "--timeout=1", "--results", "d", "--joblog", "f", "x"}).empty());
}
