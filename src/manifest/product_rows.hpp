// Several lists of rows put together: every row of one with every row of the next, the last
// varying fastest, or, where a list is linked to the one before it, the first with the first and so
// on until the shorter one ends. The first list may be a stream; the others are read before it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "manifest/row.hpp"

namespace fanout {

struct RowList {
  enum class Joined { product, linked };

  std::unique_ptr<RowSource> rows;
  Joined joined = Joined::product;  ///< with the list before it
};

class ProductRows : public RowSource {
 public:
  explicit ProductRows(std::vector<RowList> lists);

  NextRow next() override;
  std::vector<std::string> names() const override;
  void stop_reading() override;
  std::optional<std::uint64_t> total() const override;

 private:
  /// Of more combinations that nobody will run, a run would not come to its end.
  static constexpr std::size_t kMostWhenStopped = 100'000;

  /// Lists that are linked, as one.
  struct Group {
    std::vector<Row> rows;
    std::size_t at = 0;
  };

  /// Reads all lists but the first; nothing when that is done.
  std::optional<NextRow> load();
  Result<void> link_or_add(RowList::Joined joined, std::vector<Row> rows);
  std::optional<NextRow> take_first();
  Result<Row> combination() const;
  void advance();

  std::vector<RowList> lists_;
  std::size_t loading_ = 1;  ///< the list that is being read
  std::vector<Row> loaded_;  ///< what was read of it
  bool is_stopped_ = false;
  std::uint64_t given_since_stopped_ = 0;
  std::optional<std::vector<Row>> beside_first_;  ///< what is linked to the first list
  std::size_t next_beside_ = 0;
  std::vector<Group> groups_;  ///< the others
  std::optional<Row> first_;   ///< the row of the first list that is being combined
  bool has_names_checked_ = false;
};

}  // namespace fanout
