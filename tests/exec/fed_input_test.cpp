#include "exec/feeder.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <deque>
#include <string>

#include "os/os_fixture.hpp"

using namespace fanout;

namespace {

using Shared = std::shared_ptr<Block>;

Shared block_of(std::string bytes) {
  auto block = std::make_shared<Block>();
  block->size = bytes.size();
  block->bytes = std::move(bytes);
  return block;
}

/// Lends its blocks one after the other; then it pauses, or ends.
struct FakeLender : BlockLender {
  NextBlock lend() override {
    if (blocks.empty()) return is_ended ? NextBlock(EndOfBlocks{}) : NextBlock(NoBlockYet{});
    Shared first = blocks.front();
    blocks.pop_front();
    ++lent;
    return first;
  }
  void settle(std::size_t count, std::vector<Shared> untouched) override {
    REQUIRE(count <= lent);
    lent -= count;
    blocks.insert(blocks.end(), untouched.begin(), untouched.end());
  }

  std::deque<Shared> blocks;
  std::size_t lent = 0;
  bool is_ended = false;
};

/// A feeder, and inputs that ask it.
struct Kitchen {
  std::unique_ptr<FedInput> open(std::string first) {
    auto opened = FedInput::open(*loop, block_of(std::move(first)), [this](FedInput& input) {
      ++asked;
      feeder.ask(input);
    });
    return std::get<std::unique_ptr<FedInput>>(std::move(opened));
  }

  void feed_when_asked(int times) {
    run_until(*loop, [&] { return asked == times; });
    feeder.feed();
  }

  std::unique_ptr<EventLoop> loop = make_loop();
  FakeLender lender;
  Feeder feeder{&lender};
  int asked = 0;
};

std::string read(const FedInput& input, std::size_t most = 4096) {
  std::string bytes(most, ' ');
  const ssize_t count = ::read(input.reading_end(), bytes.data(), most);
  REQUIRE(count >= 0);
  bytes.resize(static_cast<std::size_t>(count));
  return bytes;
}

}  // namespace

TEST_CASE("an input that has read its block is given the next, and in the end the end") {
  Kitchen kitchen;
  kitchen.lender.blocks = {block_of("b"), block_of("c")};
  kitchen.lender.is_ended = true;
  const auto input = kitchen.open("a");
  input->begin();
  CHECK(read(*input) == "a");
  kitchen.feed_when_asked(1);
  CHECK(read(*input) == "b");
  kitchen.feed_when_asked(2);
  CHECK(read(*input) == "c");
  kitchen.feed_when_asked(3);
  CHECK(read(*input).empty());
  const InputUse use = kitchen.feeder.settle(*input);
  CHECK(use.given == 3);
  CHECK(use.untaken == 0);
  CHECK(kitchen.lender.lent == 0);
}

TEST_CASE("whoever asked first is given first, and waits for a block that is not there yet") {
  Kitchen kitchen;
  const auto one = kitchen.open("1");
  const auto two = kitchen.open("2");
  one->begin();
  two->begin();
  CHECK(read(*two) == "2");
  kitchen.feed_when_asked(1);
  CHECK(read(*one) == "1");
  kitchen.feed_when_asked(2);
  kitchen.lender.blocks = {block_of("x")};
  kitchen.feeder.feed();
  CHECK(read(*two) == "x");
  kitchen.lender.is_ended = true;
  kitchen.feeder.feed();
  CHECK(read(*one).empty());
}

TEST_CASE("a large block is written as it is read") {
  Kitchen kitchen;
  const std::string large(3 << 20, 'x');
  const auto input = kitchen.open(large);
  input->begin();
  std::string got;
  while (got.size() < large.size()) {
    kitchen.loop->run_until(Instant::min());
    got += read(*input, 100'000);
  }
  CHECK(got == large);
  kitchen.feed_when_asked(1);
  CHECK(kitchen.feeder.settle(*input).untaken == 0);
}

TEST_CASE("a block that nobody has begun comes back; the first and a begun one do not") {
  Kitchen kitchen;
  const Shared second = block_of("second");
  const Shared third = block_of("third");
  kitchen.lender.blocks = {second, third};
  const auto input = kitchen.open("first");
  SUBCASE("nothing was read") {
    input->begin();
    const InputUse use = kitchen.feeder.settle(*input);
    CHECK(use.given == 5);
    CHECK(use.untaken == 5);
    CHECK(kitchen.lender.blocks.size() == 2);
  }
  SUBCASE("not even begun: the child could not be started") {
    const InputUse use = kitchen.feeder.settle(*input);
    CHECK(use.given == 5);
    CHECK(use.untaken == 5);
  }
  SUBCASE("the second lies in the pipe") {
    input->begin();
    CHECK(read(*input) == "first");
    kitchen.feed_when_asked(1);
    const InputUse use = kitchen.feeder.settle(*input);
    CHECK(use.given == 5);
    CHECK(use.untaken == 0);
    REQUIRE(kitchen.lender.blocks.size() == 2);
    CHECK(kitchen.lender.blocks.back() == second);
    CHECK(second->bytes == "second");
  }
  SUBCASE("the second was begun") {
    input->begin();
    CHECK(read(*input) == "first");
    kitchen.feed_when_asked(1);
    CHECK(read(*input, 2) == "se");
    const InputUse use = kitchen.feeder.settle(*input);
    CHECK(use.given == 11);
    CHECK(use.untaken == 4);
    CHECK(kitchen.lender.blocks.size() == 1);
  }
  CHECK(kitchen.lender.lent == 0);
}

TEST_CASE("several blocks in a pipe come back in their order") {
  Kitchen kitchen;
  const std::string large(20'000, 'x');
  const auto input = kitchen.open(large);  // so that the pipe has room for many
  for (int i = 0; i < 5; ++i) kitchen.lender.blocks.push_back(block_of(std::to_string(i)));
  input->begin();
  CHECK(read(*input, large.size()).size() == large.size());
  for (int i = 1; i <= 4; ++i) kitchen.feed_when_asked(i);
  CHECK(read(*input, 1) == "0");
  const InputUse use = kitchen.feeder.settle(*input);
  CHECK(use.given == large.size() + 1);
  CHECK(use.untaken == 0);
  std::string back;
  for (const Shared& block : kitchen.lender.blocks) back += block->bytes;
  CHECK(back == "4123");
}

TEST_CASE("an input that is ended is given nothing, and ends behind what it has") {
  Kitchen kitchen;
  kitchen.lender.blocks = {block_of("b")};
  const auto input = kitchen.open("a");
  input->begin();
  kitchen.feeder.end(*input);
  CHECK(read(*input) == "a");
  CHECK(read(*input).empty());
  kitchen.feeder.feed();
  CHECK(kitchen.lender.blocks.size() == 1);
  kitchen.feeder.settle(*input);
}

TEST_CASE("one that has asked may be gone before it is given anything") {
  Kitchen kitchen;
  auto input = kitchen.open("a");
  input->begin();
  CHECK(read(*input) == "a");
  run_until(*kitchen.loop, [&] { return kitchen.asked == 1; });
  kitchen.feeder.settle(*input);
  input.reset();
  kitchen.lender.blocks = {block_of("b")};
  kitchen.feeder.feed();
  CHECK(kitchen.lender.blocks.size() == 1);
}

TEST_CASE("bytes that have been read, and those of the first block, are not held") {
  Kitchen kitchen;
  const auto opened = block_of(std::string(5000, 'x'));
  auto input =
      FedInput::open(*kitchen.loop, opened, [&](FedInput& hungry) { kitchen.feeder.ask(hungry); });
  const auto fed = std::get<std::unique_ptr<FedInput>>(std::move(input));
  fed->begin();
  CHECK(read(*fed, 5000).size() == 5000);
  CHECK_FALSE(opened->bytes.empty());
  kitchen.feeder.settle(*fed);
  CHECK(opened->bytes.empty());
  CHECK(opened->size == 5000);
}
