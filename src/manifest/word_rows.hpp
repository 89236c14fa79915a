// A list of items given as words (after `:::`), read like those of a stream.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "manifest/item_form.hpp"
#include "manifest/row.hpp"

namespace fanout {

class WordRows : public RowSource {
 public:
  WordRows(std::vector<std::string> words, ItemForm form)
      : words_(std::move(words)), form_(std::move(form)) {}

  NextRow next() override;
  std::optional<std::uint64_t> total() const override { return words_.size(); }

 private:
  Result<Row> read(std::string word) const;

  std::vector<std::string> words_;
  ItemForm form_;
  std::size_t next_ = 0;
};

}  // namespace fanout
