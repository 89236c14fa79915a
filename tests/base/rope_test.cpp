#include "fanout/base/rope.hpp"

#include "base/fake_scratch.hpp"
#include "fanout/base/json_text.hpp"
#include "fanout/base/text.hpp"

using namespace fanout;
using Form = Encoding::Form;

namespace {

constexpr std::size_t kChunk = std::size_t{64} << 10;

struct Bench {
  explicit Bench(BlobLimits blob_limits = {4000, 2000, 0}) : limits(blob_limits) {}

  BlobSlice slice(std::string_view bytes) {
    auto blob = std::make_shared<Blob>(store);
    REQUIRE(blob->append(bytes));
    const std::uint64_t size = blob->size();
    return {std::move(blob), 0, size};
  }

  FakeScratch scratch;
  BlobLimits limits;
  BlobStore store{scratch, limits};
};

constexpr BlobLimits kInMemory{1 << 20, 1 << 20, 0};

std::string rendered(Rope rope, std::size_t longest_chunk = kChunk) {
  RopeReader reader(std::move(rope));
  std::string all;
  while (true) {
    const Result<std::string_view> chunk = reader.next();
    REQUIRE(chunk);
    if (chunk->empty()) break;
    CHECK(chunk->size() <= longest_chunk);
    all += *chunk;
  }
  CHECK(reader.left() == 0);
  return all;
}

std::string one(Bench& bench, std::string_view bytes, const Encoding& encoding) {
  Rope rope("<");
  rope.append(bench.slice(bytes), encoding);
  rope.text() += '>';
  return rendered(std::move(rope), kChunk * 6);
}

constexpr std::size_t kSizes[] = {0,     1,     2,     3,     1999,  2000,  2001,   4096,   4097,
                                  49151, 49152, 49153, 49154, 98304, 98305, 264143, 264144, 264145};

}  // namespace

TEST_CASE("strings and slices come in the order in which they were appended") {
  Bench bench;
  Rope rope("a");
  rope.append(bench.slice("small"), {});
  rope.text() += "b";
  rope.append(bench.slice(std::string(5000, 'x')), {});
  rope.append(bench.slice(std::string(5000, 'y')), {});
  rope.text() += "c";
  Rope tail("d");
  tail.append(bench.slice(std::string(5000, 'z')), {});
  rope.append(std::move(tail));
  rope.append(Rope("e"));
  CHECK(rope.size() == 3 * 5000 + 5 + 5);
  CHECK(rendered(std::move(rope)) == "asmallb" + std::string(5000, 'x') + std::string(5000, 'y') +
                                         "cd" + std::string(5000, 'z') + "e");
}

TEST_CASE("an empty rope has nothing to give") {
  CHECK(rendered(Rope()) == "");
  CHECK(Rope().empty());
  Bench bench;
  Rope rope;
  rope.append(bench.slice(""), {});
  CHECK(rope.empty());
}

TEST_CASE("what is small is encoded at once, what is large only when it is taken") {
  Bench bench;
  Rope rope;
  rope.append(bench.slice("a\nb"), {Form::json, ""});
  CHECK(rope.is_only_text());
  CHECK(rope.text() == "a\\nb");
  rope.append(bench.slice(std::string(5000, 'x')), {Form::json, ""});
  CHECK_FALSE(rope.is_only_text());
  CHECK(rope.text().empty());
}

TEST_CASE("raw bytes are the same at every size") {
  Bench bench;
  Bench in_memory(kInMemory);
  for (const std::size_t size : kSizes) {
    CAPTURE(size);
    const std::string bytes = some_bytes(size);
    CHECK(one(bench, bytes, {}) == "<" + bytes + ">");
    CHECK(one(in_memory, bytes, {}) == "<" + bytes + ">");
  }
}

TEST_CASE("JSON is the same at every size as of one string") {
  Bench bench;
  Bench in_memory(kInMemory);
  for (const std::size_t size : kSizes) {
    CAPTURE(size);
    std::string text;
    while (text.size() < size) text += text.size() % 7 == 0 ? "\n\"\x01" : "€é😀z";
    std::string json;
    append_json_escaped(json, text);
    CHECK(one(bench, text, {Form::json, ""}) == "<" + json + ">");
    CHECK(one(in_memory, text, {Form::json, ""}) == "<" + json + ">");
  }
}

TEST_CASE("base64 is the same at every size as of one string") {
  Bench bench;
  Bench in_memory(kInMemory);
  for (const std::size_t size : kSizes) {
    CAPTURE(size);
    const std::string bytes = some_bytes(size);
    std::string base64;
    append_base64(base64, bytes);
    CHECK(one(bench, bytes, {Form::base64, ""}) == "<" + base64 + ">");
    CHECK(one(in_memory, bytes, {Form::base64, ""}) == "<" + base64 + ">");
  }
}

TEST_CASE("a tag stands before every line and nowhere else, wherever chunks end") {
  Bench bench;
  const Encoding tagged{Form::tagged, "t: "};
  CHECK(one(bench, "", tagged) == "<>");
  CHECK(one(bench, "\n", tagged) == "<t: \n>");
  CHECK(one(bench, "a\n\nb", tagged) == "<t: a\nt: \nt: b\n>");
  for (std::size_t length = 49150; length < 49154; ++length) {
    const std::string line(length, 'x');
    CHECK(one(bench, line, tagged) == "<t: " + line + "\n>");
    CHECK(one(bench, line + "\n", tagged) == "<t: " + line + "\n>");
    CHECK(one(bench, line + "\ny", tagged) == "<t: " + line + "\nt: y\n>");
    CHECK(one(bench, line + "\n\n", tagged) == "<t: " + line + "\nt: \n>");
  }
}

TEST_CASE("slices that follow each other in one blob become one") {
  Bench bench;
  const std::string bytes = some_bytes(30000);
  const BlobSlice whole = bench.slice(bytes);
  Rope rope;
  for (std::uint64_t at = 0; at < 30000; at += 10000) {
    Rope next;
    next.append({whole.blob, at, 10000}, {});
    rope.append(std::move(next));
  }
  CHECK(rendered(std::move(rope)) == bytes);
  Rope apart;
  apart.append({whole.blob, 0, 10000}, {Form::base64, ""});
  apart.append({whole.blob, 10000, 10000}, {Form::base64, ""});  // each has its own padding
  std::string base64;
  append_base64(base64, bytes.substr(0, 10000));
  append_base64(base64, bytes.substr(10000, 10000));
  CHECK(rendered(std::move(apart)) == base64);
}

TEST_CASE("what was taken lets go of its blob, and so does what is thrown away") {
  Bench bench;
  Rope rope;
  rope.append(bench.slice(some_bytes(300000)), {});
  rope.append(bench.slice(some_bytes(300000)), {});
  CHECK(bench.scratch.used.size() == 4);
  {
    RopeReader reader(std::move(rope));
    for (int i = 0; i < 7; ++i) REQUIRE(reader.next());
    CHECK(bench.scratch.used.size() == 2);
  }
  CHECK(bench.scratch.used.empty());
}

TEST_CASE("text can be set aside, and comes back where it was") {
  Bench bench;
  Rope rope("{\"stdout\":\"");
  rope.append(bench.slice(std::string(5000, '\n')), {Form::json, ""});
  rope.text() += "\"}";
  REQUIRE(rope.set_aside(
      [&](std::string_view text) -> Result<BlobSlice> { return bench.slice(text); }));
  CHECK(rope.text().empty());
  std::string expected = "{\"stdout\":\"";
  for (int i = 0; i < 5000; ++i) expected += "\\n";
  CHECK(rendered(std::move(rope)) == expected + "\"}");
}

TEST_CASE("a slice that cannot be read back is an error, after what came before it") {
  Bench bench;
  Rope rope(std::string(100000, 't'));
  rope.append(bench.slice(some_bytes(300000)), {});
  bench.scratch.is_unreadable = true;
  RopeReader reader(std::move(rope));
  CHECK(reader.next());
  CHECK_FALSE(reader.next());
}

TEST_CASE("a control character of two bytes is escaped when it is cut between two chunks, too") {
  const Encoding encoding{Encoding::Form::json, {}};
  Encoder encoder(encoding);
  std::string out;
  for (const std::string_view chunk : {"a\xC2", "\x9B b\xC2", "\xA9"}) encoder.add(out, chunk);
  encoder.finish(out);
  CHECK(out == "a\\u009b b\xC2\xA9");
}

TEST_CASE("what is made visible is the same wherever a chunk ends") {
  const std::string pattern = "a\xE2\x82\xAC\xF0\x9F\x98\x80\n\xC2\x9B \xff\x1b]0;x\x07\xE2\x82";
  for (std::size_t before = 0; before < pattern.size(); ++before) {
    Bench bench;
    std::string bytes(before, 'x');
    while (bytes.size() < 3 * kChunk) bytes += pattern;
    Rope rope("\x1b");
    rope.append(bench.slice(bytes), {});
    rope.text() += "\xE2\x82";  // cut for good
    rope.make_visible();
    CHECK(rendered(std::move(rope), 6 * kChunk) == sanitize_lines("\x1b" + bytes + "\xE2\x82"));
  }
}

// Bug: a tag of 100 KB before each of 20 000 empty lines was two gigabytes at once.
TEST_CASE("a long tag before many lines comes in chunks of bounded size") {
  Bench bench;
  const Encoding encoding{Form::tagged, std::string(100000, 't')};
  for (const std::size_t lines : {30U, 300U}) {
    Rope rope;
    rope.append(bench.slice(std::string(lines, '\n')), encoding);
    CHECK(rope.text().empty());
    RopeReader reader(std::move(rope));
    std::uint64_t all = 0;
    while (true) {
      const Result<std::string_view> chunk = reader.next();
      REQUIRE(chunk);
      if (chunk->empty()) break;
      CHECK(chunk->size() <= std::size_t{2} << 20);
      all += chunk->size();
    }
    CHECK(all == lines * 100001);
  }
}
