#include "expand/command_line.hpp"

#include <doctest/doctest.h>

#include "samples.hpp"

using namespace fanout;
using Shell = CommandText::Shell;

namespace {

bool only_ls(std::string_view name) {
  return name == "ls";
}

std::string run(std::string text, std::vector<std::size_t> holes = {},
                Shell shell = Shell::when_needed) {
  return samples::shown(command_from({std::move(text), std::move(holes)}, shell, only_ls));
}

}  // namespace

TEST_CASE("a simple line of a program that is found runs directly") {
  CHECK(run("ls") == "[ls]");
  CHECK(run("ls -l a.txt") == "[ls][-l][a.txt]");
  CHECK(run(" \tls\t\t-l  ") == "[ls][-l]");
  CHECK(run("ls a@b:1,2+3%/._-") == "[ls][a@b:1,2+3%/._-]");
}

TEST_CASE("everything else needs a shell") {
  for (const std::string text :
       {"gcc x", "ls *", "ls 'a'", "ls\n", "ls;ls", "ls $x", "ls ~", "A=1 ls", "ls a=b", "ls #",
        "ls ä", "ls\r", "ls > x", "ls &", "ls {a}", "ls !"}) {
    CAPTURE(text);
    CHECK(run(text) == "[/bin/sh][-c][" + std::string(text) + "]");
  }
}

TEST_CASE("builtins and reserved words need a shell even where a program has the name") {
  const auto everything = [](std::string_view) { return true; };
  for (const std::string text : {"echo a", "printf a", "test a", "true", "false", "kill 1", "pwd",
                                 "cd a", ". a", "exec ls", "if a", "time ls", "for", "wait"}) {
    CAPTURE(text);
    CHECK(samples::shown(command_from({text, {}}, Shell::when_needed, everything)) ==
          "[/bin/sh][-c][" + std::string(text) + "]");
  }
  CHECK(samples::shown(command_from({"echoes a", {}}, Shell::when_needed, everything)) ==
        "[echoes][a]");
}

TEST_CASE("with shell always, the shell it is") {
  CHECK(run("ls", {}, Shell::always) == "[/bin/sh][-c][ls]");
}

TEST_CASE("without a lookup no program is found") {
  CHECK(command_from({"ls", {}}, Shell::when_needed, {}).argv.front() == "/bin/sh");
}

TEST_CASE("a line that looks like an option of the shell is none") {
  const auto everything = [](std::string_view) { return true; };
  CHECK(samples::shown(command_from({"-x a", {4}}, Shell::when_needed, everything)) ==
        "[/bin/sh][-c][ -x a<%>]");
  CHECK(run("+x") == "[/bin/sh][-c][ +x]");
}

TEST_CASE("slot holes stay in their place, and a hole between blanks is a word") {
  CHECK(run("ls  x", {3}) == "[ls][<%>][x]");
  CHECK(run("ls ", {3}) == "[ls][<%>]");
  CHECK(run("ls a.b c", {4, 5, 8}) == "[ls][a<%>.<%>b][c<%>]");
  CHECK(run("ls", {}, Shell::always) == "[/bin/sh][-c][ls]");
  CHECK(run("ls a", {3, 4}, Shell::always) == "[/bin/sh][-c][ls <%>a<%>]");
}

TEST_CASE("a program whose name has a hole is left to the shell") {
  CHECK(run("ls", {2}) == "[/bin/sh][-c][ls<%>]");
  CHECK(run("ls", {0}) == "[/bin/sh][-c][<%>ls]");
  CHECK(run(" ls", {0}) == "[/bin/sh][-c][<%> ls]");
  CHECK(run("", {0}) == "[/bin/sh][-c][<%>]");
}
