#include "os/scratch_file.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

#include "os/os_fixture.hpp"

using namespace fanout;

namespace {

/// TMPDIR set for one test.
class TmpdirSetting {
 public:
  explicit TmpdirSetting(const std::string& path) { ::setenv("TMPDIR", path.c_str(), 1); }
  ~TmpdirSetting() { ::unsetenv("TMPDIR"); }
  TmpdirSetting(const TmpdirSetting&) = delete;
  TmpdirSetting& operator=(const TmpdirSetting&) = delete;
};

}  // namespace

TEST_CASE("what was set aside is read back by its offset, in any order") {
  ScratchFile scratch;
  const auto first = scratch.append(std::string_view("one\0", 4));
  const auto second = scratch.append("two");
  REQUIRE(first);
  REQUIRE(second);
  CHECK(*scratch.read(*second, 3) == "two");
  CHECK(*scratch.read(*first, 4) == std::string("one\0", 4));
}

TEST_CASE("a scratch file has no name and costs nothing until it is used") {
  const TemporaryDirectory directory;
  const TmpdirSetting setting(directory.path());
  const auto before = count_open_descriptors();
  {
    ScratchFile scratch;
    CHECK(count_open_descriptors() == before);
    REQUIRE(scratch.append("x"));
    CHECK(count_open_descriptors() == before + 1);
    CHECK(std::filesystem::is_empty(directory.path()));
  }
  CHECK(count_open_descriptors() == before);
}

TEST_CASE("a scratch file that cannot be made is an output that cannot be written") {
  const TmpdirSetting setting("/nonexistent/directory");
  ScratchFile scratch;
  const auto result = scratch.append("x");
  REQUIRE(!result);
  CHECK(result.error().kind == ErrorKind::output);
  CHECK(result.error().message.find("/nonexistent/directory") != std::string::npos);
}

TEST_CASE("reading what was never set aside is an error, not zeros") {
  ScratchFile scratch;
  REQUIRE(scratch.append("abc"));
  CHECK(!scratch.read(2, 5));
}
