#include "os/scratch_file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <set>
#include <vector>

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

TEST_CASE("what was written to a block is read back from it, in any order") {
  ScratchFile scratch;
  const auto first = scratch.take();
  const auto second = scratch.take();
  REQUIRE(first);
  REQUIRE(second);
  REQUIRE(scratch.write(*second, 0, "two"));
  REQUIRE(scratch.write(*first, Scratch::kBlockSize - 4, std::string_view("one\0", 4)));
  REQUIRE(scratch.write(*second, 3, "!"));
  std::string text(4, '?');
  REQUIRE(scratch.read(*first, Scratch::kBlockSize - 4, text));
  CHECK(text == std::string("one\0", 4));
  REQUIRE(scratch.read(*second, 0, text));
  CHECK(text == "two!");
}

TEST_CASE("blocks that were given back are used again") {
  ScratchFile scratch;
  std::set<Scratch::Block> blocks;
  for (int i = 0; i < 100; ++i) CHECK(blocks.insert(*scratch.take()).second);
  for (const Scratch::Block block : blocks) scratch.give_back(block);
  std::set<Scratch::Block> again;
  for (int i = 0; i < 100; ++i) CHECK(again.insert(*scratch.take()).second);
  CHECK(again == blocks);
  CHECK(*scratch.take() == 100);
}

TEST_CASE("blocks that were given back take no room on the disk, but for a few") {
  const TemporaryDirectory directory;
  const TmpdirSetting setting(directory.path());
  ScratchFile scratch;
  std::vector<Scratch::Block> blocks;
  for (int i = 0; i < 200; ++i) {
    blocks.push_back(*scratch.take());
    REQUIRE(scratch.write(blocks.back(), 0, std::string(Scratch::kBlockSize, 'x')));
  }
  const auto room_taken = [&] {
    std::uint64_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      std::error_code ignored;  // the iterator's own is gone soon
      const std::filesystem::path target = std::filesystem::read_symlink(entry, ignored);
      struct stat status {};
      if (target.parent_path() != directory.path()) continue;
      REQUIRE(::stat(entry.path().c_str(), &status) == 0);
      bytes += static_cast<std::uint64_t>(status.st_blocks) * 512;
    }
    return bytes;
  };
  REQUIRE(room_taken() >= 200 * Scratch::kBlockSize);
  for (const Scratch::Block block : blocks) scratch.give_back(block);
  CHECK(room_taken() <= 100 * Scratch::kBlockSize);
}

TEST_CASE("a scratch file has no name, and one descriptor from the start") {
  const TemporaryDirectory directory;
  const TmpdirSetting setting(directory.path());
  const auto before = count_open_descriptors();
  {
    ScratchFile scratch;
    CHECK(count_open_descriptors() == before + 1);
    REQUIRE(scratch.write(*scratch.take(), 0, "x"));
    CHECK(count_open_descriptors() == before + 1);
    CHECK(std::filesystem::is_empty(directory.path()));
  }
  CHECK(count_open_descriptors() == before);
}

TEST_CASE("a scratch file can be made when jobs have taken all other descriptors") {
  ScratchFile scratch;
  std::vector<Fd> taken;
  rlimit all{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &all) == 0);
  const rlimit few{64, all.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
  while (taken.empty() || taken.back().is_open()) {
    taken.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  }
  const auto block = scratch.take();
  ::setrlimit(RLIMIT_NOFILE, &all);
  CHECK(block);
}

TEST_CASE("a scratch file keeps to the limit for files, beyond which a signal would end us") {
  rlimit all{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &all) == 0);
  const rlimit few{3 * Scratch::kBlockSize + 1, all.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &few) == 0);
  ScratchFile scratch;
  Result<Scratch::Block> block = scratch.take();
  for (int i = 0; i < 2; ++i) block = scratch.take();
  const Result<void> written =
      block ? scratch.write(*block, 0, std::string(Scratch::kBlockSize, 'x')) : block.error();
  const Result<Scratch::Block> beyond = scratch.take();
  ::setrlimit(RLIMIT_FSIZE, &all);
  CHECK(written);
  REQUIRE_FALSE(beyond);
  CHECK(beyond.error().message.find("File too large") != std::string::npos);
}

TEST_CASE("a scratch file that cannot be made is an output that cannot be written") {
  const TmpdirSetting setting("/nonexistent/directory");
  ScratchFile scratch;
  for (int i = 0; i < 2; ++i) {  // it may be there the next time
    const auto result = scratch.take();
    REQUIRE(!result);
    CHECK(result.error().kind == ErrorKind::output);
    CHECK(result.error().message ==
          "open a scratch file in \"/nonexistent/directory\": No such file or directory");
  }
}

TEST_CASE("reading what was never written is an error, not zeros") {
  ScratchFile scratch;
  const auto block = scratch.take();
  REQUIRE(block);
  REQUIRE(scratch.write(*block, 0, "abc"));
  std::string text(5, '?');
  CHECK(!scratch.read(*block, 2, text));
}
