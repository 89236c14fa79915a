// The words of `map`: the command, and the lists that `:::` and its relatives open behind it.
#pragma once

#include <string>
#include <vector>

#include "fanout/base/result.hpp"
#include "manifest/product_rows.hpp"

namespace fanout {

struct ListWords {
  enum class Kind {
    items,  ///< `:::`, one list
    files,  ///< `::::`, each the list in a file
  };

  Kind kind = Kind::items;
  RowList::Joined joined = RowList::Joined::product;  ///< linked: with a `+` behind the mark
  std::vector<std::string> words;
};

struct MapWords {
  std::vector<std::string> command;
  std::vector<ListWords> lists;
};

Result<MapWords> split_words(const std::vector<std::string>& words);

}  // namespace fanout
