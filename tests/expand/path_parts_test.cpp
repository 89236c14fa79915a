#include "expand/path_parts.hpp"

#include <doctest/doctest.h>

#include <string>

using fanout::path_part;
using fanout::PathPart;

namespace {

struct Row {
  std::string path, without_extension, basename, dirname, basename_without_extension;
};

// As GNU parallel 20221122 answers.
const Row kRows[] = {
    {"a.b.c", "a.b", "a.b.c", ".", "a.b"},
    {"d/e.f", "d/e", "e.f", "d", "e"},
    {".bashrc", "", ".bashrc", ".", ""},
    {"d/.bashrc", "d/", ".bashrc", "d", ""},
    {"d.x/y", "d.x/y", "y", "d.x", "y"},
    {"d/", "d/", "", ".", ""},
    {"d.x/", "d.x/", "", ".", ""},
    {"/", "/", "", "/", ""},
    {"//", "//", "", "/", ""},
    {"/a", "/a", "a", "/", "a"},
    {"/a/b/", "/a/b/", "", "/a", ""},
    {"a//b", "a//b", "b", "a", "b"},
    {"a//b//", "a//b//", "", "a", ""},
    {"a/b//", "a/b//", "", "a", ""},
    {"file.", "file", "file.", ".", "file"},
    {"d/f.", "d/f", "f.", "d", "f"},
    {"a.tar.gz", "a.tar", "a.tar.gz", ".", "a.tar"},
    {"", "", "", ".", ""},
    {"..", ".", "..", ".", "."},
    {".", "", ".", ".", ""},
    {"...", "..", "...", ".", ".."},
    {"//a", "//a", "a", "/", "a"},
    {"///a//b", "///a//b", "b", "///a", "b"},
};

}  // namespace

TEST_CASE("path parts are what GNU parallel makes of a path") {
  for (const Row& row : kRows) {
    CAPTURE(row.path);
    CHECK(path_part(row.path, PathPart::without_extension) == row.without_extension);
    CHECK(path_part(row.path, PathPart::basename) == row.basename);
    CHECK(path_part(row.path, PathPart::dirname) == row.dirname);
    CHECK(path_part(row.path, PathPart::basename_without_extension) ==
          row.basename_without_extension);
  }
}

TEST_CASE("a newline in a path is a character like any other") {
  CHECK(path_part("d\n/y.z\n", PathPart::basename) == "y.z\n");
  CHECK(path_part("d\n/y.z\n", PathPart::without_extension) == "d\n/y");
  CHECK(path_part("d\n/y.z\n", PathPart::dirname) == "d\n");
}
