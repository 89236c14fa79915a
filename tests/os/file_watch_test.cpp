#include "os/file_watch.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "os/os_fixture.hpp"
#include "os/small_file.hpp"

using namespace fanout;

namespace {

void write(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
}

struct Watched {
  TemporaryDirectory directory;
  std::string file = directory / "file";
  std::unique_ptr<EventLoop> loop = make_loop();
  int changes = 0;

  void await_changes(int count) {
    run_until(*loop, [&] { return changes >= count; });
  }
};

}  // namespace

TEST_CASE("a file that is written, replaced or made again has changed") {
  Watched on;
  write(on.file, "1");
  FileWatch watch(*on.loop, on.file, [&] { ++on.changes; });
  write(on.file, "2");
  on.await_changes(1);
  const auto other = on.directory / "other";
  write(other, "3");
  std::filesystem::rename(other, on.file);
  on.await_changes(2);
  std::filesystem::remove(on.file);
  on.await_changes(3);  // no event of the directory we ask for: seen by looking
  write(on.file, "4");
  on.await_changes(4);
}

TEST_CASE("what happens to other files of the directory is not told") {
  Watched on;
  write(on.file, "1");
  FileWatch watch(*on.loop, on.file, [&] { ++on.changes; });
  write(on.directory / "other", "2");
  write(on.file, "2");
  on.await_changes(1);
  CHECK(on.changes == 1);
}

TEST_CASE("a change that no event tells of is seen by looking") {
  Watched on;
  const auto behind = on.directory / "behind";
  std::filesystem::create_directory(behind);
  write(behind + "/target", "1");
  std::filesystem::create_symlink(behind + "/target", on.file);
  FileWatch watch(*on.loop, on.file, [&] { ++on.changes; });
  write(behind + "/target", "22");  // in another directory
  on.await_changes(1);
}

TEST_CASE("a directory that is not there is no reason to fail") {
  Watched on;
  const auto directory = on.directory / "later";
  FileWatch watch(*on.loop, directory + "/file", [&] { ++on.changes; });
  std::filesystem::create_directory(directory);
  write(directory + "/file", "1");
  on.await_changes(1);
}

TEST_CASE("a small file is read whole, and a large one refused") {
  TemporaryDirectory directory;
  const auto file = directory / "file";
  write(file, std::string(64 * 1024, 'x'));
  REQUIRE(read_small_file(file));
  CHECK(read_small_file(file)->size() == 64 * 1024);
  CHECK(read_small_file("/dev/zero").error().message == "read \"/dev/zero\": File too large");
  CHECK(read_small_file(directory.path()).error().message.find("Is a directory") !=
        std::string::npos);
  CHECK(read_small_file(file + "2").error().message.find("No such file") != std::string::npos);
}
