#include "os/folder_queue.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>

#include "base/fake_scratch.hpp"
#include "os/os_fixture.hpp"

using namespace fanout;

namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Bench {
  Bench() : loop(make_loop()), root(fs::path(directory.path()) / "deep" / "results") {
    auto opened = FolderQueue::open(*loop, root, [this] { ++rooms; });
    REQUIRE(opened);
    queue = std::move(*opened);
  }

  NewFolder folder(std::vector<std::string> place, std::string text, std::string last = "end") {
    NewFolder made;
    made.place = std::move(place);
    made.files.push_back({"text", Rope(std::move(text))});
    made.files.push_back({"last", Rope(std::move(last))});
    return made;
  }

  Rope large(std::uint64_t size) {
    const auto blob = std::make_shared<Blob>(store);
    const std::string block(1 << 20, 'x');
    for (std::uint64_t at = 0; at < size; at += block.size()) REQUIRE(blob->append(block));
    Rope rope;
    rope.refer_to({blob, 0, size});
    return rope;
  }

  TemporaryDirectory directory;
  FakeScratch scratch;
  BlobStore store{scratch, {0, 0, 0}};
  std::unique_ptr<EventLoop> loop;
  fs::path root;
  int rooms = 0;
  std::unique_ptr<FolderQueue> queue;
};

}  // namespace

TEST_CASE("what is small is there at once, in folders that are made for it") {
  Bench bench;
  REQUIRE(bench.queue->write(bench.folder({"1", "a"}, "said")));
  CHECK(bench.queue->is_empty());
  CHECK(content(bench.root / "1" / "a" / "text") == "said");
  CHECK(content(bench.root / "1" / "a" / "last") == "end");
  REQUIRE(bench.queue->write(bench.folder({"1", "a", "2", "b"}, "more")));
  CHECK(content(bench.root / "1" / "a" / "2" / "b" / "text") == "more");
  CHECK(std::distance(fs::directory_iterator(bench.root / "1" / "a"), {}) == 3);
}

TEST_CASE("files of an earlier run are replaced, and links among them not followed") {
  Bench bench;
  const fs::path other = fs::path(bench.directory.path()) / "other";
  std::ofstream(other) << "untouched";
  fs::create_directories(bench.root / "job");
  std::ofstream(bench.root / "job" / "last") << "an earlier record, which was longer";
  fs::create_symlink(other, bench.root / "job" / "text");
  REQUIRE(bench.queue->write(bench.folder({"job"}, "new")));
  CHECK(content(bench.root / "job" / "text") == "new");
  CHECK(content(bench.root / "job" / "last") == "end");
  CHECK(content(other) == "untouched");
}

TEST_CASE("a folder that is a link is an error, wherever it leads") {
  Bench bench;
  const fs::path other = fs::path(bench.directory.path()) / "other";
  fs::create_directories(other);
  fs::create_directory_symlink(other, bench.root / "job");
  const Result<void> written = bench.queue->write(bench.folder({"job"}, "new"));
  REQUIRE_FALSE(written);
  CHECK(written.error().kind == ErrorKind::output);
  CHECK(written.error().message.find("results/job") != std::string::npos);
  CHECK(fs::is_empty(other));
  CHECK_FALSE(bench.queue->untold_error());
}

TEST_CASE("what is large is written a turn at a time, and its last file is there at the end") {
  Bench bench;
  NewFolder folder = bench.folder({"job"}, "");
  folder.files[0].text = bench.large(20 << 20);
  REQUIRE(bench.queue->write(std::move(folder)));
  REQUIRE(bench.queue->write(bench.folder({"after"}, "small")));
  CHECK_FALSE(bench.queue->is_empty());
  CHECK(bench.queue->is_full());
  int turns = 0;
  while (!bench.queue->is_empty()) {
    CHECK_FALSE(fs::exists(bench.root / "job" / "last"));
    bench.loop->run_until(Instant::min());
    ++turns;
    REQUIRE(turns < 100000);
  }
  CHECK(fs::file_size(bench.root / "job" / "text") == 20 << 20);
  CHECK(content(bench.root / "job" / "last") == "end");
  CHECK(content(bench.root / "after" / "text") == "small");
  CHECK(bench.rooms == 1);
  CHECK(bench.scratch.used.empty());
}

TEST_CASE("it is said when a folder is complete, and the next may be written then") {
  Bench bench;
  std::vector<std::string> complete;
  NewFolder large = bench.folder({"large"}, "");
  large.files[0].text = bench.large(3 << 20);
  large.is_synced = true;
  large.on_complete = [&] {
    complete.push_back("large");
    CHECK(content(bench.root / "large" / "last") == "end");
    NewFolder small = bench.folder({"small"}, "x");
    small.on_complete = [&] { complete.push_back("small"); };
    REQUIRE(bench.queue->write(std::move(small)));
  };
  REQUIRE(bench.queue->write(std::move(large)));
  CHECK(complete.empty());
  while (!bench.queue->is_empty()) bench.loop->run_until(Instant::min());
  CHECK(complete == std::vector<std::string>{"large", "small"});
}

TEST_CASE("a folder that cannot be written is never said to be complete") {
  Bench bench;
  fs::create_directory_symlink("/", bench.root / "job");
  NewFolder folder = bench.folder({"job"}, "new");
  folder.on_complete = [] { FAIL("it is not"); };
  CHECK_FALSE(bench.queue->write(std::move(folder)));
}

TEST_CASE("an error that comes later is told by the next write, or is left to be asked for") {
  for (const bool is_written_again : {false, true}) {
    CAPTURE(is_written_again);
    Bench bench;
    NewFolder folder = bench.folder({"job"}, "");
    folder.files[0].text = bench.large(4 << 20);
    REQUIRE(bench.queue->write(std::move(folder)));
    bench.scratch.is_unreadable = true;
    run_until(*bench.loop, [&] { return bench.queue->is_empty(); });
    CHECK_FALSE(fs::exists(bench.root / "job" / "last"));
    CHECK(bench.rooms == 1);  // who waits for it to be written is told
    if (is_written_again) CHECK_FALSE(bench.queue->write(bench.folder({"next"}, "")));
    CHECK(bench.queue->untold_error().has_value() != is_written_again);
    CHECK_FALSE(fs::exists(bench.root / "next"));
  }
}

TEST_CASE("a directory that cannot be made is refused at once") {
  const auto loop = make_loop();
  const TemporaryDirectory directory;
  std::ofstream(fs::path(directory.path()) / "file") << "x";
  const std::string path = std::string(directory.path()) + "/file";
  for (const std::string& wrong : {path, path + "/below"}) {
    const auto opened = FolderQueue::open(*loop, wrong, [] {});
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == ErrorKind::system);
    CHECK(opened.error().message.find(wrong) != std::string::npos);
  }
}

TEST_CASE("no descriptor stays open") {
  const auto before = count_open_descriptors();
  {
    Bench bench;
    REQUIRE(bench.queue->write(bench.folder({"a", "b", "c"}, "x")));
  }
  CHECK(count_open_descriptors() == before);
}
