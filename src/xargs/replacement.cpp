#include "xargs/replacement.hpp"

namespace fanout {

std::optional<Replaced> replace_all(std::string_view word, std::string_view token,
                                    const ItemReader::Item& item, std::uint64_t max_chars) {
  constexpr std::uint64_t kReserve = 2;
  const bool has_nul = item.size > item.text.size();
  if (token.empty()) return std::nullopt;  // stands everywhere, without end
  Replaced replaced;
  bool is_cut = false;
  const auto add = [&](std::string_view text, std::uint64_t size) {
    if (!is_cut) replaced.text += text;
    replaced.size += size;
  };
  for (;;) {
    const std::size_t found = word.find(token);
    const std::string_view before = word.substr(0, found);
    add(before, before.size());
    if (found == word.npos) break;
    add(item.text, item.size);
    is_cut = is_cut || has_nul;
    if (replaced.size + kReserve > max_chars) return std::nullopt;
    word.remove_prefix(found + token.size());
  }
  if (replaced.size + kReserve > max_chars) return std::nullopt;
  return replaced;
}

}  // namespace fanout
