#include "manifest/shuffled_rows.hpp"

#include <variant>

namespace fanout {

NextRow ShuffledRows::next() {
  while (!is_loaded_) {
    NextRow next = rows_->next();
    if (auto* row = std::get_if<Row>(&next)) {
      unused_.push_back(std::move(*row));
    } else if (std::holds_alternative<EndOfRows>(next)) {
      is_loaded_ = true;
    } else {
      return next;
    }
  }
  if (unused_.empty()) return EndOfRows{};
  std::swap(unused_[below(unused_.size())], unused_.back());
  Row row = std::move(unused_.back());
  unused_.pop_back();
  return row;
}

/// Each number below `limit` is equally likely. The distributions of the standard library would
/// give another order with another library for the same seed.
std::uint64_t ShuffledRows::below(std::uint64_t limit) {
  const std::uint64_t remainder = (std::mt19937_64::max() % limit + 1) % limit;
  for (;;) {
    const std::uint64_t drawn = random_();
    if (drawn <= std::mt19937_64::max() - remainder) return drawn % limit;
  }
}

}  // namespace fanout
