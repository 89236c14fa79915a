#include "exec/tail_capture.hpp"

#include <string>

#include "fake_output.hpp"
#include "fanout/base/text.hpp"

using namespace fanout;

TEST_CASE("without a limit everything is kept") {
  TailCapture capture(memory_store(), {});
  capture.append("one ");
  capture.append("two");
  const Output output = capture.take();
  CHECK(bytes_of(output) == "one two");
  CHECK(output.total_bytes == 7);
  CHECK(!output.is_truncated());
  CHECK(output.text_from == 0);
}

TEST_CASE("with a limit the tail is kept and all is counted") {
  TailCapture capture(memory_store(), {5});
  capture.append("0123");
  capture.append("4567");
  const Output output = capture.take();
  CHECK(bytes_of(output) == "34567");
  CHECK(output.total_bytes == 8);
  CHECK(output.is_truncated());
}

TEST_CASE("exactly the limit is not cut") {
  CHECK(!make_output("abc", 3).is_truncated());
}

TEST_CASE("a limit of 0 keeps nothing and counts") {
  const Output output = make_output("abc", 0);
  CHECK(output.kept == nullptr);
  CHECK(output.total_bytes == 3);
}

TEST_CASE("what is given away is not kept, but counted") {
  TailCapture capture(memory_store(), {});
  CHECK(capture.take_kept() == nullptr);
  capture.append("abc");
  const std::shared_ptr<const Blob> kept = capture.take_kept();
  REQUIRE(kept != nullptr);
  CHECK(*kept->copy(0, kept->size()) == "abc");
  capture.count("de");
  capture.append("f");
  const Output output = capture.take();
  CHECK(bytes_of(output) == "f");
  CHECK(output.total_bytes == 6);
}

TEST_CASE("a process that said nothing has an output without bytes") {
  const Output output = make_output("");
  CHECK(bytes_of(output) == "");
  CHECK(!output.is_truncated());
  CHECK(output.text_from == 0);
}

TEST_CASE("the tail is right however much came before, in whatever pieces and wherever it is") {
  for (const std::uint64_t limit : {1ULL, 999ULL, 70000ULL, 600000ULL}) {
    for (const std::size_t in_memory : {std::size_t{0}, std::size_t{5000}, std::size_t{1} << 20}) {
      FakeScratch scratch;
      BlobStore store(scratch, {in_memory, in_memory, 0});
      TailCapture capture(store, {limit});
      std::string all;
      for (unsigned i = 0; i < 300; ++i) {
        const std::string piece = some_bytes(1 + (i * 4001) % 9000, i);
        all += piece;
        capture.append(piece);
      }
      const Output output = capture.take();
      CAPTURE(limit);
      CAPTURE(in_memory);
      CHECK(bytes_of(output) == all.substr(all.size() - limit));
      CHECK(output.total_bytes == all.size());
      CHECK(scratch.used.size() <= 2 * limit / Scratch::kBlockSize + 2);
      if (in_memory > 2 * limit) CHECK(scratch.taken == 0);
    }
  }
}

TEST_CASE("a tail is text exactly when what is left of it after a cut character is") {
  const std::string said =
      "a\xff"
      "é€😀\x80"
      "b\xe2\x82z€😀é";
  for (std::size_t end = 0; end <= said.size(); ++end) {
    for (std::size_t limit = 1; limit <= end; ++limit) {
      CAPTURE(end);
      CAPTURE(limit);
      TailCapture capture(memory_store(), {limit});
      for (std::size_t i = 0; i < end; ++i) capture.append(said.substr(i, 1));
      const Output output = capture.take();
      std::string_view tail = std::string_view(said).substr(end - limit, limit);
      std::size_t skip = 0;
      while (limit < end && skip < std::min<std::size_t>(3, tail.size()) &&
             (static_cast<unsigned char>(tail[skip]) & 0xC0) == 0x80) {
        ++skip;
      }
      tail.remove_prefix(skip);
      CHECK(output.text_from.has_value() == is_utf8(tail));
      if (output.text_from) CHECK(output.text_from == skip);
    }
  }
}

TEST_CASE("a character at the border of two pieces is a character") {
  TailCapture capture(memory_store(), {});
  capture.append("\xe2\x82");
  capture.append("\xac");
  CHECK(capture.take().text_from == 0);
  CHECK_FALSE(make_output("\xe2\x82").text_from);
  CHECK_FALSE(make_output("a\xff").text_from);
}

TEST_CASE("when there is no more room what was kept is kept, and the rest is counted") {
  FakeScratch scratch;
  BlobStore store(scratch, {100, 100, 0});
  scratch.room = 1;
  TailCapture capture(store, {});
  const std::string piece = some_bytes(100000);
  for (int i = 0; i < 5; ++i) capture.append(piece);
  const Output output = capture.take();
  CHECK(output.size() == 100 + Scratch::kBlockSize);
  CHECK(bytes_of(output) == (piece + piece + piece).substr(0, output.size()));
  CHECK(output.total_bytes == 500000);
  CHECK(output.is_truncated());
  CHECK(output.failure == FakeScratch::full().message);
}

TEST_CASE("text that could not be kept whole is text as far as it goes") {
  FakeScratch scratch;
  BlobStore store(scratch, {100, 100, 0});
  scratch.room = 0;
  CHECK(make_output(std::string(300, 'x'), std::nullopt, store).text_from == 0);
  CHECK_FALSE(make_output("x" + std::string(100, '\xff'), std::nullopt, store).text_from);
}

TEST_CASE("the end of an output can be had without the rest") {
  const Output output = make_output("0123456789");
  CHECK(*output.tail(3) == "789");
  CHECK(*output.tail(100) == "0123456789");
}
