#include "cli/map_words.hpp"

#include <algorithm>
#include <string_view>

namespace fanout {
namespace {

struct Mark {
  std::string_view text;
  ListWords::Kind kind;
  RowList::Joined joined;
};

constexpr Mark kMarks[] = {
    {":::", ListWords::Kind::items, RowList::Joined::product},
    {":::+", ListWords::Kind::items, RowList::Joined::linked},
    {"::::", ListWords::Kind::files, RowList::Joined::product},
    {"::::+", ListWords::Kind::files, RowList::Joined::linked},
};

const Mark* find_mark(std::string_view word) {
  const auto* found = std::ranges::find(kMarks, word, &Mark::text);
  return found == std::end(kMarks) ? nullptr : found;
}

}  // namespace

Result<MapWords> split_words(const std::vector<std::string>& words) {
  MapWords split;
  for (const std::string& word : words) {
    if (const Mark* mark = find_mark(word)) {
      split.lists.push_back({mark->kind, mark->joined, {}});
    } else if (split.lists.empty()) {
      split.command.push_back(word);
    } else {
      split.lists.back().words.push_back(word);
    }
  }
  if (split.command.empty()) return usage_error("map needs a command, then ::: and the items");
  for (const ListWords& list : split.lists) {
    if (list.kind == ListWords::Kind::files && list.words.empty()) {
      return usage_error("\"::::\" needs a file that has the items (- is standard input)");
    }
  }
  return split;
}

}  // namespace fanout
