#include "fanout/base/blob.hpp"

#include <vector>

#include "base/fake_scratch.hpp"

using namespace fanout;

namespace {

constexpr std::size_t kBlock = Scratch::kBlockSize;
constexpr BlobLimits kSmall{1000, 400, 100};

std::string all_of(const Blob& blob) {
  Result<std::string> bytes = blob.copy(0, blob.size());
  REQUIRE(bytes);
  return *bytes;
}

void append(Blob& blob, std::string_view bytes, std::size_t piece) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    REQUIRE(blob.append(bytes.substr(0, piece)));
  }
}

}  // namespace

TEST_CASE("a blob gives back what it was given, whatever the size and the pieces") {
  const std::string all = some_bytes(400 + 2 * kBlock + 2);
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{99}, std::size_t{100}, std::size_t{101},
        std::size_t{399}, std::size_t{400}, std::size_t{401}, kBlock, 400 + kBlock - 1,
        400 + kBlock, 400 + kBlock + 1, 400 + 2 * kBlock, 400 + 2 * kBlock + 1}) {
    for (const std::size_t piece : {std::size_t{97}, std::size_t{65536}, all.size()}) {
      FakeScratch scratch;
      BlobStore store(scratch, kSmall);
      const std::string_view bytes = std::string_view(all).substr(0, size);
      {
        Blob blob(store);
        append(blob, bytes, piece);
        CAPTURE(size);
        CAPTURE(piece);
        CHECK(blob.size() == size);
        CHECK(all_of(blob) == bytes);
        CHECK(scratch.used.empty() == (size <= 400));
      }
      CHECK(scratch.used.empty());
      CHECK(store.taken_memory() == 0);
    }
  }
}

TEST_CASE("any part of a blob can be read, across every border") {
  FakeScratch scratch;
  BlobStore store(scratch, kSmall);
  Blob blob(store);
  const std::string bytes = some_bytes(400 + 2 * kBlock);
  append(blob, bytes, 50000);
  const std::size_t borders[] = {0, 400, 400 + kBlock, 400 + 2 * kBlock};
  for (const std::size_t from : borders) {
    for (const std::size_t to : borders) {
      for (const std::size_t a : {from, from + 1, from - std::min<std::size_t>(from, 1)}) {
        if (a > to) continue;
        CHECK(*blob.copy(a, to - a) == std::string_view(bytes).substr(a, to - a));
      }
    }
  }
}

TEST_CASE("what is in memory can be looked at where it is") {
  FakeScratch scratch;
  BlobStore store(scratch, kSmall);
  Blob blob(store);
  append(blob, std::string(400, 'm') + "beyond", 50);
  CHECK(blob.view(0, 400) == std::string(400, 'm'));
  CHECK(blob.view(399, 2).data() == nullptr);
  CHECK(blob.view(401, 1).data() == nullptr);
}

TEST_CASE("all blobs together keep to the limit, and the first bytes of each are free") {
  FakeScratch scratch;
  BlobStore store(scratch, kSmall);
  std::vector<std::unique_ptr<Blob>> blobs;
  for (int i = 0; i < 10; ++i) {
    blobs.push_back(std::make_unique<Blob>(store));
    append(*blobs.back(), some_bytes(300, static_cast<unsigned>(i)), 60);
    CHECK(store.taken_memory() <= 1000);
  }
  CHECK_FALSE(scratch.used.empty());
  const std::size_t in_use = scratch.used.size();
  Blob late(store);
  append(late, some_bytes(100), 7);  // as much as is free
  CHECK(scratch.used.size() == in_use);
  for (int i = 0; i < 10; ++i) {
    CHECK(all_of(*blobs[static_cast<std::size_t>(i)]) == some_bytes(300, static_cast<unsigned>(i)));
  }
  blobs.clear();
  CHECK(store.taken_memory() == 0);
  CHECK(scratch.used.empty());
}

TEST_CASE("a store that counts every byte holds nothing in memory beyond its limit") {
  FakeScratch scratch;
  BlobStore store(scratch, {10, 10, 0});
  Blob first(store);
  Blob second(store);
  append(first, "0123456789", 3);
  append(second, "x", 1);
  CHECK(scratch.used.size() == 1);
  CHECK(all_of(first) + all_of(second) == "0123456789x");
}

TEST_CASE("a blob that is cut at its front keeps its end and gives blocks back") {
  for (const std::size_t keep : {std::size_t{0}, std::size_t{1}, std::size_t{50}, std::size_t{390},
                                 std::size_t{600}, kBlock, kBlock + 1, 2 * kBlock}) {
    FakeScratch scratch;
    BlobStore store(scratch, kSmall);
    Blob blob(store);
    std::string all;
    for (unsigned i = 0; i < 60; ++i) {
      const std::string piece = some_bytes(1 + (i * 7919) % 40000, i);
      all += piece;
      REQUIRE(blob.append(piece));
      if (blob.size() > keep) blob.drop_front(blob.size() - keep);
      CAPTURE(keep);
      CAPTURE(i);
      REQUIRE(blob.size() == std::min(keep, all.size()));
      REQUIRE(all_of(blob) == all.substr(all.size() - blob.size()));
      REQUIRE(scratch.used.size() <= keep / kBlock + 2);
    }
    blob.drop_front(blob.size());
    CHECK(scratch.used.empty());
    REQUIRE(blob.append("new"));
    CHECK(all_of(blob) == "new");
  }
}

TEST_CASE("what cannot be set aside is an error, and what was kept stays") {
  FakeScratch scratch;
  BlobStore store(scratch, kSmall);
  Blob blob(store);
  const std::string bytes = some_bytes(400 + 3 * kBlock);
  SUBCASE("there is no block") {
    scratch.room = 2;
  }
  SUBCASE("a block cannot be written") {
    scratch.writes_before_full = 2;
  }
  const Result<void> appended = blob.append(bytes);
  REQUIRE_FALSE(appended);
  CHECK(appended.error().message.find("No space") != std::string::npos);
  CHECK(blob.size() == 400 + 2 * kBlock);
  CHECK(all_of(blob) == std::string_view(bytes).substr(0, 400 + 2 * kBlock));
  CHECK_FALSE(blob.append("more"));
  blob.drop_front(blob.size());
  CHECK(scratch.used.empty());
}

TEST_CASE("what cannot be read back is an error, but for what is in memory") {
  FakeScratch scratch;
  BlobStore store(scratch, kSmall);
  Blob blob(store);
  append(blob, some_bytes(500), 500);
  scratch.is_unreadable = true;
  CHECK(blob.copy(0, 400));
  CHECK_FALSE(blob.copy(0, 401));
}
