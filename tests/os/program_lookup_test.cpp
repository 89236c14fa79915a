#include "os/program_lookup.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <fstream>

#include "os/os_fixture.hpp"

using namespace fanout;
namespace fs = std::filesystem;

namespace {

enum class Bit { executable, plain };

void make_file(const std::string& path, Bit bit) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path) << "#!/bin/sh\n";
  fs::permissions(path, bit == Bit::executable ? fs::perms::owner_all : fs::perms::owner_read);
}

}  // namespace

TEST_CASE("a bare name is the first executable file of that name in the search path") {
  const TemporaryDirectory directory;
  make_file(directory / "a/tool", Bit::plain);
  make_file(directory / "b/tool", Bit::executable);
  make_file(directory / "c/tool", Bit::executable);
  const std::string path = (directory / "none") + ":" + (directory / "a") + ":" +
                           (directory / "b") + ":" + (directory / "c");
  ProgramLookup lookup;
  const auto found = lookup.find("tool", path.c_str(), "");
  CHECK(found.error_number == 0);
  CHECK(found.path == directory / "b/tool");
}

TEST_CASE("not found and found but not executable are told apart") {
  const TemporaryDirectory directory;
  make_file(directory / "tool", Bit::plain);
  fs::create_directory(directory / "sub");
  ProgramLookup lookup;
  CHECK(lookup.find("tool", directory.path().c_str(), "").error_number == EACCES);
  CHECK(lookup.find("other", directory.path().c_str(), "").error_number == ENOENT);
  CHECK(lookup.find("sub", directory.path().c_str(), "").error_number == EACCES);
  CHECK(lookup.find(std::string(256, 'x'), directory.path().c_str(), "").error_number ==
        ENAMETOOLONG);
  CHECK(lookup.find("", directory.path().c_str(), "").error_number == ENOENT);
}

TEST_CASE("a name with a slash is itself, whether it exists or not") {
  ProgramLookup lookup;
  CHECK(lookup.find("./no/such", "/bin", "").path == "./no/such");
  CHECK(lookup.find("./no/such", "/bin", "").error_number == 0);
}

TEST_CASE("relative parts of the search path are seen from the job's directory") {
  const TemporaryDirectory directory;
  make_file(directory / "job/bin/tool", Bit::executable);
  ProgramLookup lookup;
  CHECK(lookup.find("tool", "bin", directory / "job").path == directory / "job/bin/tool");
  CHECK(lookup.find("tool", "bin", directory.path()).error_number == ENOENT);
  CHECK(lookup.find("tool", "/none:", directory / "job/bin").error_number == 0);
}

TEST_CASE("without PATH the system's own directories are searched") {
  ProgramLookup lookup;
  CHECK(lookup.find("sh", nullptr, "").error_number == 0);
}

TEST_CASE("what was found is remembered until it is forgotten") {
  const TemporaryDirectory directory;
  make_file(directory / "tool", Bit::executable);
  const std::string path = directory.path();
  ProgramLookup lookup;
  CHECK(!lookup.forget("tool", path.c_str(), ""));
  CHECK(lookup.find("tool", path.c_str(), "").error_number == 0);
  fs::remove(directory / "tool");
  CHECK(lookup.find("tool", path.c_str(), "").error_number == 0);
  CHECK(lookup.forget("tool", path.c_str(), ""));
  CHECK(lookup.find("tool", path.c_str(), "").error_number == ENOENT);
}

TEST_CASE("what fanout itself could execute is an executable name") {
  const TemporaryDirectory directory;
  make_file(directory / "tool", Bit::executable);
  make_file(directory / "text", Bit::plain);
  ProgramLookup lookup;
  CHECK(lookup.is_executable_name("sh"));
  CHECK(lookup.is_executable_name(directory / "tool"));
  CHECK(!lookup.is_executable_name("no-such-program-anywhere"));
  CHECK(!lookup.is_executable_name(directory / "text"));
  CHECK(!lookup.is_executable_name(directory.path()));
}
