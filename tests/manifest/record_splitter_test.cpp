#include "manifest/record_splitter.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace fanout;

namespace {

using Unit = BlockLimit::Unit;
using Rest = RecordSplitter::Rest;
using Texts = std::vector<std::string>;

constexpr BlockLimit bytes(std::uint64_t amount) {
  return {Unit::bytes, amount};
}
constexpr BlockLimit records(std::uint64_t amount) {
  return {Unit::records, amount};
}

Texts blocks_of(std::string_view text, BlockLimit limit, const RecordBorder& border = {}) {
  RecordSplitter splitter(border, limit);
  Texts blocks;
  while (const auto size = splitter.cut(text, Rest::none)) {
    REQUIRE(*size > 0);
    REQUIRE(*size <= text.size());
    blocks.emplace_back(text.substr(0, *size));
    text.remove_prefix(*size);
  }
  CHECK(text.empty());
  return blocks;
}

}  // namespace

TEST_CASE("a block ends at the last border within its size") {
  CHECK(blocks_of("aa\nbb\ncc\n", bytes(7)) == Texts{"aa\nbb\n", "cc\n"});
  CHECK(blocks_of("aa\nbb\ncc\n", bytes(6)) == Texts{"aa\nbb\n", "cc\n"});
  CHECK(blocks_of("aa\nbb\ncc\n", bytes(5)) == Texts{"aa\n", "bb\n", "cc\n"});
}

TEST_CASE("what is left is one block when it is small enough, with or without an end") {
  CHECK(blocks_of("aa\nbb\ncc", bytes(8)) == Texts{"aa\nbb\ncc"});
  CHECK(blocks_of("aa\nbb\ncc", bytes(7)) == Texts{"aa\nbb\n", "cc"});
  CHECK(blocks_of("", bytes(7)).empty());
}

TEST_CASE("a record that is larger than a block is a block") {
  CHECK(blocks_of("a\nbbbbbbbb\nc\nd\n", bytes(4)) == Texts{"a\n", "bbbbbbbb\n", "c\nd\n"});
  CHECK(blocks_of("bbbbbbbb", bytes(4)) == Texts{"bbbbbbbb"});
  CHECK(blocks_of("bbbb\nc", bytes(1)) == Texts{"bbbb\n", "c"});
}

TEST_CASE("records are counted where a number of them is asked for") {
  CHECK(blocks_of("a\nbb\n\nc\nd", records(2)) == Texts{"a\nbb\n", "\nc\n", "d"});
  CHECK(blocks_of("a\nb\n", records(1)) == Texts{"a\n", "b\n"});
  CHECK(blocks_of("a\nb\n", records(9)) == Texts{"a\nb\n"});
}

TEST_CASE("the end of a record may be any text") {
  CHECK(blocks_of("a\n\nb\nc\n\nd", bytes(5), {"\n\n", ""}) == Texts{"a\n\n", "b\nc\n\n", "d"});
  CHECK(blocks_of(std::string("a\0b\0", 4), records(1), {std::string(1, '\0'), ""}) ==
        Texts{std::string("a\0", 2), std::string("b\0", 2)});
  CHECK(blocks_of("x--\n--\ny", records(1), {"--\n", ""}) == Texts{"x--\n", "--\n", "y"});
  // Larger than the block.
  CHECK(blocks_of("a=====b", bytes(2), {"=====", ""}) == Texts{"a=====", "b"});
}

TEST_CASE("a record may be known by its start") {
  CHECK(blocks_of(">a\nx\n>b\n>c\n", records(1), {"", ">"}) == Texts{">a\nx\n", ">b\n", ">c\n"});
  CHECK(blocks_of("head\n>a\n>b\n", records(1), {"", ">"}) == Texts{"head\n", ">a\n", ">b\n"});
  CHECK(blocks_of(">a\nx\n>b\n>c\n", bytes(7), {"", ">"}) == Texts{">a\nx\n", ">b\n>c\n"});
  CHECK(blocks_of(">>>", bytes(1), {"", ">"}) == Texts{">", ">", ">"});
}

TEST_CASE("with an end and a start a border is where both meet") {
  CHECK(blocks_of(">a\nb>\n>c\n", records(1), {"\n", ">"}) == Texts{">a\nb>\n", ">c\n"});
  CHECK(blocks_of(">a\n>b\n>c\n", bytes(6), {"\n", ">"}) == Texts{">a\n>b\n", ">c\n"});
}

TEST_CASE("nothing is decided before it is certain, and what was seen is not searched again") {
  RecordSplitter splitter({"\n", ">"}, bytes(3));
  CHECK_FALSE(splitter.cut("a\n>", Rest::may_follow));
  CHECK(splitter.cut("a\n>b", Rest::may_follow) == 2);
  // A mark that arrives in two pieces, behind the size.
  RecordSplitter halves({"ab", ""}, bytes(2));
  CHECK_FALSE(halves.cut("xxxa", Rest::may_follow));
  CHECK(halves.cut("xxxab", Rest::may_follow) == 5);
  RecordSplitter counting({"ab", ""}, records(2));
  CHECK_FALSE(counting.cut("abxa", Rest::may_follow));
  CHECK(counting.cut("abxab", Rest::may_follow) == 5);
}
