// The same rows in a random order, which a seed makes repeatable. Reads and keeps all of them.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "manifest/row.hpp"

namespace fanout {

class ShuffledRows : public RowSource {
 public:
  ShuffledRows(std::unique_ptr<RowSource> rows, std::uint64_t seed)
      : rows_(std::move(rows)), random_(seed) {}

  NextRow next() override;
  std::vector<std::string> names() const override { return rows_->names(); }
  void stop_reading() override { rows_->stop_reading(); }
  std::optional<std::uint64_t> total() const override { return rows_->total(); }

 private:
  std::uint64_t below(std::uint64_t limit);

  std::unique_ptr<RowSource> rows_;
  std::mt19937_64 random_;
  std::vector<Row> unused_;
  bool is_loaded_ = false;
};

}  // namespace fanout
