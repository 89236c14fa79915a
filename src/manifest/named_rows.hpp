// Rows whose first one, the header, says what the columns are called. All others have as many.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "manifest/row.hpp"

namespace fanout {

class NamedRows : public RowSource {
 public:
  explicit NamedRows(std::unique_ptr<RowSource> rows) : rows_(std::move(rows)) {}

  NextRow next() override;
  std::vector<std::string> names() const override { return names_; }
  void stop_reading() override { rows_->stop_reading(); }
  std::optional<std::uint64_t> total() const override;

 private:
  std::unique_ptr<RowSource> rows_;
  std::vector<std::string> names_;
};

/// The error of a name that is empty or comes twice.
std::optional<Error> fault_in_names(const std::vector<std::string>& names, const Origin& origin);

}  // namespace fanout
