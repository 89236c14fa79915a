#include "os/private_directory.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "os/os_fixture.hpp"

using namespace fanout;

namespace {

unsigned mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777u;
}

}  // namespace

TEST_CASE("a private directory is for its owner only, whatever the umask allows") {
  const TemporaryDirectory directory;
  const mode_t before = ::umask(0);
  const auto made = make_private_directory(directory / "own");
  ::umask(before);
  REQUIRE(made);
  CHECK(*made);
  CHECK(mode_of(directory / "own") == 0700);
}

TEST_CASE("what is there already is not made again") {
  const TemporaryDirectory directory;
  std::ofstream(directory / "file") << "text";
  const auto made = make_private_directory(directory / "file");
  REQUIRE(made);
  CHECK_FALSE(*made);
}

TEST_CASE("the directories above are made, and keep their mode where they are there") {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory / "old");
  std::filesystem::permissions(directory / "old", std::filesystem::perms(0755));
  REQUIRE(make_private_directories(directory / "old//new/newest/"));
  CHECK(mode_of(directory / "old") == 0755);
  CHECK(mode_of(directory / "old/new") == 0700);
  CHECK(mode_of(directory / "old/new/newest") == 0700);
  REQUIRE(make_private_directories(directory / "old/new/newest"));
}

TEST_CASE("a file where a directory is wanted is an error that names it") {
  const TemporaryDirectory directory;
  std::ofstream(directory / "file") << "text";
  const auto made = make_private_directories(directory / "file/below");
  REQUIRE_FALSE(made);
  CHECK(made.error().kind == ErrorKind::system);
  CHECK(made.error().message.find("file\": Not a directory") != std::string::npos);
}

TEST_CASE("the owner of a directory") {
  const TemporaryDirectory directory;
  const auto owner = owner_of_directory(directory.path());
  REQUIRE(owner);
  CHECK(*owner == own_user());

  SUBCASE("nobody's where there is none") {
    const auto none = owner_of_directory(directory / "missing");
    REQUIRE(none);
    CHECK_FALSE(none->has_value());
  }
  SUBCASE("a link to a directory is none") {
    std::filesystem::create_directory_symlink(directory.path(), directory / "link");
    const auto none = owner_of_directory(directory / "link");
    REQUIRE(none);
    CHECK_FALSE(none->has_value());
  }
}
