#include "manifest/block_reader.hpp"

#include <random>

#include "manifest/block_source.hpp"
#include "manifest/fakes.hpp"

using namespace fanout;
using namespace fanout::test;

namespace {

using Unit = BlockLimit::Unit;
using Shared = std::shared_ptr<Block>;

BlockReader reader_of(std::deque<Step> script, BlockLimit limit = {Unit::records, 1}) {
  return BlockReader(scripted(std::move(script)), {}, limit, nullptr);
}

Shared block_of(NextBlock next) {
  auto* block = std::get_if<Shared>(&next);
  REQUIRE(block != nullptr);
  return std::move(*block);
}

std::string text_of(NextBlock next) {
  return block_of(std::move(next))->bytes;
}

bool is_end(const NextBlock& next) {
  return std::holds_alternative<EndOfBlocks>(next);
}
bool is_pause(const NextBlock& next) {
  return std::holds_alternative<NoBlockYet>(next);
}

/// The same blocks, each found in the whole text by what the manual says.
Texts expected_blocks(std::string_view text, const RecordBorder& border, BlockLimit limit) {
  const std::string mark = border.end + border.start;
  Texts blocks;
  while (!text.empty()) {
    std::size_t size = text.size();
    std::size_t last = 0;
    std::uint64_t found = 0;
    const bool is_small = limit.unit == Unit::bytes && text.size() <= limit.amount;
    for (std::size_t at = 0; !is_small && at + mark.size() <= text.size(); ++at) {
      const std::size_t place = at + border.end.size();
      if (text.substr(at, mark.size()) != mark || place == 0) continue;
      if (limit.unit == Unit::records) {
        if (at < last) continue;
        last = place;
        if (++found < limit.amount) continue;
        size = place;
        break;
      }
      if (place > limit.amount && last == 0) last = place;
      if (place > limit.amount) break;
      last = place;
    }
    if (limit.unit == Unit::bytes && last > 0) size = last;
    blocks.emplace_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return blocks;
}

}  // namespace

TEST_CASE("blocks come as soon as they are certain, with their place in the input") {
  BlockReader reader = reader_of({"a\nb", Pause{}, "b\nc"});
  const Shared first = block_of(reader.next());
  CHECK(first->bytes == "a\n");
  CHECK(first->size == 2);
  CHECK(first->offset == 0);
  CHECK(is_pause(reader.next()));
  const Shared second = block_of(reader.next());
  CHECK(second->bytes == "bb\n");
  CHECK(second->offset == 2);
  CHECK(text_of(reader.next()) == "c");
  CHECK(is_end(reader.next()));
  CHECK(is_end(reader.next()));
}

TEST_CASE("an empty input has no blocks") {
  BlockReader reader = reader_of({});
  CHECK(is_end(reader.next()));
}

TEST_CASE("whole blocks before an error are given, and what it has cut off is not") {
  BlockReader reader = reader_of({"a\nb", Error{ErrorKind::system, "read: broken"}});
  CHECK(text_of(reader.next()) == "a\n");
  const NextBlock next = reader.next();
  const auto* error = std::get_if<Error>(&next);
  REQUIRE(error != nullptr);
  CHECK(error->message == "read: broken");
}

TEST_CASE("no more is read than is asked for") {
  // The fake fails when it is read again after its error.
  BlockReader reader = reader_of({"aaaa\n", "b\n", Error{}}, {Unit::bytes, 4});
  CHECK(text_of(reader.next()) == "aaaa\n");
}

TEST_CASE("blocks are what they should be, however the bytes arrive") {
  std::mt19937 random(20260101);  // NOLINT: the same each time
  const RecordBorder borders[] = {{"\n", ""},   {"\n\n", ""}, {"--\n", ""},
                                  {"", ">"},    {"\n", ">"},  {std::string(1, '\0'), ""},
                                  {"abcab", ""}};
  const std::string alphabet("a\n->\0bc", 7);
  for (int round = 0; round < 3000; ++round) {
    const auto upto = [&](std::size_t most) { return random() % (most + 1); };
    std::string text(upto(200), ' ');
    for (char& c : text) c = alphabet[upto(alphabet.size() - 1)];
    const RecordBorder& border = borders[upto(std::size(borders) - 1)];
    const BlockLimit limit{upto(1) == 0 ? Unit::bytes : Unit::records, 1 + upto(40)};
    std::deque<Step> script;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = 1 + upto(30);
      script.emplace_back(text.substr(at, size));
      if (upto(3) == 0) script.emplace_back(Pause{});
      at += size;
    }
    BlockReader reader(scripted(std::move(script)), border, limit, nullptr);
    Texts blocks;
    std::string all;
    for (;;) {
      const NextBlock next = reader.next();
      if (is_pause(next)) continue;
      if (is_end(next)) break;
      const Shared& block = std::get<Shared>(next);
      REQUIRE(block->offset == all.size());
      REQUIRE(block->size == block->bytes.size());
      all += block->bytes;
      blocks.push_back(block->bytes);
    }
    REQUIRE(all == text);
    REQUIRE(blocks == expected_blocks(text, border, limit));
  }
}

TEST_CASE("the end waits for what was lent, and what comes back is given first") {
  BlockReader reader = reader_of({"a\nb\nc\n"});
  CHECK(text_of(reader.next()) == "a\n");
  const Shared b = block_of(reader.lend());
  const Shared c = block_of(reader.lend());
  CHECK(is_end(reader.lend()));
  CHECK(is_pause(reader.next()));
  reader.settle(2, {c});
  CHECK(block_of(reader.next()) == c);
  CHECK(is_end(reader.next()));
}

TEST_CASE("an error waits for what was lent, too, and to whom it is lent it is an end") {
  BlockReader reader = reader_of({"a\n", Error{ErrorKind::system, "broken"}});
  const Shared a = block_of(reader.lend());
  CHECK(is_end(reader.lend()));
  CHECK(is_pause(reader.next()));
  reader.settle(1, {});
  CHECK(std::holds_alternative<Error>(reader.next()));
}

TEST_CASE("after a stop nothing is lent, and the rest is given to be recorded") {
  BlockReader reader = reader_of({"a\nb\nc", "never read\n"});
  CHECK(text_of(reader.next()) == "a\n");
  reader.stop();
  CHECK(is_end(reader.lend()));
  CHECK(text_of(reader.next()) == "b\n");
  CHECK(text_of(reader.next()) == "c");
  CHECK(is_end(reader.next()));
}

TEST_CASE("each block is a job, and each job a copy of the prototype") {
  auto reader = std::make_shared<BlockReader>(scripted({"a\nb", Pause{}, Error{}}), RecordBorder{},
                                              BlockLimit{Unit::records, 1}, nullptr);
  JobSpec prototype;
  prototype.cwd = "/tmp";
  BlockSource source(reader, StdinBlock::Supply::and_more, prototype);
  const NextJob first = source.next();
  const auto& job = std::get<JobSpec>(first);
  CHECK(job.index.value == 0);
  CHECK(job.cwd == "/tmp");
  const auto& input = std::get<StdinBlock>(job.input);
  CHECK(input.supply == StdinBlock::Supply::and_more);
  CHECK(input.block->bytes == "a\n");
  CHECK(std::holds_alternative<NotYet>(source.next()));
  CHECK(std::holds_alternative<Error>(source.next()));
}
