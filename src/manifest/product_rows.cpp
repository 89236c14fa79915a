#include "manifest/product_rows.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "fanout/base/text.hpp"
#include "manifest/named_rows.hpp"

namespace fanout {
namespace {

Result<void> append(Row& row, const Row& other) {
  row.args.insert(row.args.end(), other.args.begin(), other.args.end());
  if (row.origin.file == nullptr) row.origin = other.origin;
  for (const auto& [key, value] : other.kwargs) {
    if (row.kwargs.find(key)) {
      return usage_error(at(other.origin, "another list has the key " + in_quotes(key) + " too"));
    }
    row.kwargs.set(key, value);
  }
  return {};
}

Result<void> link(std::vector<Row>& rows, const std::vector<Row>& others) {
  rows.resize(std::min(rows.size(), others.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (Result<void> appended = append(rows[i], others[i]); !appended) return appended;
  }
  return {};
}

}  // namespace

ProductRows::ProductRows(std::vector<RowList> lists) : lists_(std::move(lists)) {}

NextRow ProductRows::next() {
  if (auto unfinished = load()) return *std::move(unfinished);
  if (is_stopped_ && given_since_stopped_++ >= kMostWhenStopped) return EndOfRows{};
  if (!first_) {
    if (auto none = take_first()) return *std::move(none);
  }
  Result<Row> row = combination();
  if (!row) return std::move(row).error();
  advance();
  return *std::move(row);
}

std::optional<NextRow> ProductRows::load() {
  while (loading_ < lists_.size()) {
    NextRow next = lists_[loading_].rows->next();
    // Of lists that nobody knows the end of there is no combination.
    if (is_stopped_) return EndOfRows{};
    if (auto* row = std::get_if<Row>(&next)) {
      loaded_.push_back(std::move(*row));
    } else if (!std::holds_alternative<EndOfRows>(next)) {
      return next;
    } else {
      Result<void> added = link_or_add(lists_[loading_].joined, std::exchange(loaded_, {}));
      if (!added) return std::move(added).error();
      ++loading_;
    }
  }
  return std::nullopt;
}

Result<void> ProductRows::link_or_add(RowList::Joined joined, std::vector<Row> rows) {
  if (joined == RowList::Joined::product) {
    groups_.push_back({std::move(rows)});
    return {};
  }
  if (!groups_.empty()) return link(groups_.back().rows, rows);
  if (beside_first_) return link(*beside_first_, rows);
  beside_first_ = std::move(rows);
  return {};
}

/// What there is instead of a row: the end, an error, or nothing yet.
std::optional<NextRow> ProductRows::take_first() {
  const bool is_empty =
      std::ranges::any_of(groups_, [](const Group& group) { return group.rows.empty(); });
  if (is_empty || (beside_first_ && next_beside_ == beside_first_->size())) return EndOfRows{};
  NextRow next = lists_.front().rows->next();
  auto* row = std::get_if<Row>(&next);
  if (row == nullptr) return next;
  if (!std::exchange(has_names_checked_, true)) {
    if (auto fault = fault_in_names(names(), {})) return *std::move(fault);
  }
  if (beside_first_) {
    Result<void> appended = append(*row, (*beside_first_)[next_beside_++]);
    if (!appended) return std::move(appended).error();
  }
  first_ = std::move(*row);
  return std::nullopt;
}

Result<Row> ProductRows::combination() const {
  Row row = *first_;
  for (const Group& group : groups_) {
    if (Result<void> appended = append(row, group.rows[group.at]); !appended) {
      return std::move(appended).error();
    }
  }
  return row;
}

/// Like an odometer; when it is full, the next row of the first list is due.
void ProductRows::advance() {
  for (auto group = groups_.rbegin(); group != groups_.rend(); ++group) {
    if (++group->at < group->rows.size()) return;
    group->at = 0;
  }
  first_.reset();
}

std::vector<std::string> ProductRows::names() const {
  std::vector<std::string> all;
  for (const RowList& list : lists_) std::ranges::move(list.rows->names(), std::back_inserter(all));
  return all;
}

std::optional<std::uint64_t> ProductRows::total() const {
  std::uint64_t all = 1;
  std::uint64_t linked = 1;  // of the lists since the last that was not linked
  for (const RowList& list : lists_) {
    const std::optional<std::uint64_t> rows = list.rows->total();
    if (!rows) return std::nullopt;
    if (list.joined == RowList::Joined::product) {
      if (__builtin_mul_overflow(all, std::exchange(linked, *rows), &all)) return std::nullopt;
    }
    linked = std::min(linked, *rows);
  }
  if (__builtin_mul_overflow(all, linked, &all)) return std::nullopt;
  return all;
}

void ProductRows::stop_reading() {
  is_stopped_ = true;
  for (RowList& list : lists_) list.rows->stop_reading();
}

}  // namespace fanout
