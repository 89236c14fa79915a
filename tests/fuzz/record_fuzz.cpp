// Blocks of records, from a stream: the same at once and in pieces, nothing lost, no record cut.
#include <variant>

#include "fuzz/fuzz_input.hpp"
#include "fuzz/piece_source.hpp"
#include "manifest/block_reader.hpp"

namespace fanout::fuzz {
namespace {

using Unit = BlockLimit::Unit;

struct Cut {
  RecordBorder border;
  BlockLimit limit;

  std::string mark() const { return border.end + border.start; }
};

/// Two bits say which of both there are, and the first bytes are them.
Cut cut_of(Input& input) {
  const unsigned char chooser = input.byte();
  Cut cut;
  cut.limit.unit = (chooser & 1) != 0 ? Unit::bytes : Unit::records;
  cut.limit.amount = 1 + input.byte() % 64;
  cut.border = {"", ""};
  for (int i = 0; i < (chooser >> 1) % 4; ++i) cut.border.end += static_cast<char>(input.byte());
  for (int i = 0; i < (chooser >> 3) % 4; ++i) cut.border.start += static_cast<char>(input.byte());
  if (cut.mark().empty()) cut.border.end = "\n";
  return cut;
}

std::vector<std::string> blocks_of(std::string_view text, const Cut& cut,
                                   const std::string& sizes) {
  BlockReader reader(std::make_unique<PieceSource>(text, sizes, std::make_shared<bool>(true)),
                     cut.border, cut.limit, nullptr);
  std::vector<std::string> blocks;
  for (;;) {
    const NextBlock next = reader.next();
    if (std::holds_alternative<NoBlockYet>(next)) continue;
    if (std::holds_alternative<EndOfBlocks>(next)) return blocks;
    const auto* block = std::get_if<std::shared_ptr<Block>>(&next);
    must(block != nullptr, "a good stream has no errors", {text});
    blocks.push_back((*block)->bytes);
  }
}

/// How many borders are behind the beginning of the block, the one at its end among them.
std::uint64_t borders_in(std::string_view block_and_mark, std::size_t size, const Cut& cut) {
  std::uint64_t count = 0;
  for (std::size_t at = 0; (at = block_and_mark.find(cut.mark(), at)) != block_and_mark.npos;) {
    const std::size_t border = at + cut.border.end.size();
    if (border > size) break;
    if (border > 0) ++count;
    at = cut.border.end.empty() ? at + 1 : border;
  }
  return count;
}

void check(const std::vector<std::string>& blocks, std::string_view text, const Cut& cut) {
  std::string_view rest = text;
  for (const std::string& block : blocks) {
    must(!block.empty() && rest.starts_with(block), "blocks are the input", {text});
    const bool is_last = &block == &blocks.back();
    const std::string_view seen = rest.substr(0, block.size() + cut.border.start.size());
    must(is_last || (seen.ends_with(cut.mark()) && seen.size() >= cut.mark().size()),
         "no record is cut", {text, block});
    const std::uint64_t borders = borders_in(seen, block.size(), cut);
    if (cut.limit.unit == Unit::records) {
      must(is_last ? borders <= cut.limit.amount : borders == cut.limit.amount,
           "a block has its number of records", {text, block});
    } else {
      must(block.size() <= cut.limit.amount || borders <= 1, "a large block is one record",
           {text, block});
    }
    rest.remove_prefix(block.size());
  }
  must(rest.empty(), "nothing is left", {text});
}

}  // namespace
}  // namespace fanout::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fanout::fuzz;
  Input input(data, size);
  const Cut cut = cut_of(input);
  const std::string sizes = {static_cast<char>(input.byte()), 1, static_cast<char>(input.byte())};
  const std::vector<std::string> at_once = blocks_of(input.rest(), cut, {});
  check(at_once, input.rest(), cut);
  must(blocks_of(input.rest(), cut, sizes) == at_once, "a stream in pieces is the same",
       {input.rest()});
  return 0;
}
