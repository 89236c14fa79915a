#include "manifest/item_jobs.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <variant>

namespace fanout {
namespace {

std::string count_of_arguments(std::size_t count) {
  return count == 1 ? "1 argument" : std::to_string(count) + " arguments";
}

}  // namespace

ItemJobs::ItemJobs(std::unique_ptr<RowSource> rows, const ItemBatch& batch, JobSpec prototype)
    : rows_(std::move(rows)), batch_(batch), prototype_(std::move(prototype)) {}

NextJob ItemJobs::next() {
  while (!ending_ && waiting_rows_ < batch_.rows) {
    NextRow next = rows_->next();
    if (std::holds_alternative<NotYet>(next)) return NotYet{};
    if (auto* row = std::get_if<Row>(&next)) {
      if (!std::exchange(has_begun_, true)) begin(*row);
      if (Result<void> added = add(std::move(*row)); !added) ending_ = added.error();
    } else if (auto* error = std::get_if<Error>(&next)) {
      ending_ = std::move(*error);
    } else {
      ending_ = EndOfJobs{};
    }
  }
  return waiting_rows_ == batch_.rows ? take() : end();
}

void ItemJobs::begin(const Row& first) {
  CommandText text = *prototype_.text;
  text.params = rows_->names();
  if (batch_.words == ItemBatch::Words::repeated) text.row_size = first.args.size();
  if (batch_.keys == ItemBatch::Keys::as_in_first) {
    auto& names = text.first_names.emplace();
    std::ranges::transform(first.kwargs, std::back_inserter(names), &Kwargs::Entry::first);
  }
  prototype_.text = std::make_shared<const CommandText>(std::move(text));
}

Result<void> ItemJobs::add(Row row) {
  const bool is_alone = batch_.rows == 1 && batch_.words == ItemBatch::Words::once;
  if (!is_alone && !row.kwargs.empty()) {
    return usage_error(
        at(row.origin, "an object is a command of its own: -n, -L, -N and -X do not go with it"));
  }
  const std::size_t size = prototype_.text->row_size;
  if (size != 0 && row.args.size() != size) {
    return usage_error(at(row.origin, count_of_arguments(row.args.size()) + " here, but " +
                                          std::to_string(size) +
                                          " in the first item: with -X all have as many"));
  }
  if (waiting_rows_++ == 0) {
    waiting_ = std::move(row);
  } else {
    std::ranges::move(row.args, std::back_inserter(waiting_.args));
  }
  return {};
}

/// What was read before a mistake is run before it is told.
NextJob ItemJobs::end() {
  if (waiting_rows_ == 0) return *ending_;
  if (batch_.count == ItemBatch::Count::at_most) return take();
  const bool is_complete = std::holds_alternative<EndOfJobs>(*ending_) && !is_stopped_;
  if (!is_complete) return *ending_;
  const std::string left =
      waiting_rows_ == 1 ? "1 item is left" : std::to_string(waiting_rows_) + " items are left";
  return usage_error(at(waiting_.origin, "-N " + std::to_string(batch_.rows) + ": " + left +
                                             ", too few for another command"));
}

JobSpec ItemJobs::take() {
  JobSpec job = prototype_;
  job.index.value = next_index_++;
  job.origin = std::move(waiting_.origin);
  job.args = std::exchange(waiting_.args, {});
  job.kwargs = std::exchange(waiting_.kwargs, {});
  waiting_rows_ = 0;
  return job;
}

std::optional<std::uint64_t> ItemJobs::total() const {
  const std::optional<std::uint64_t> rows = rows_->total();
  if (!rows) return std::nullopt;
  const bool has_rest = batch_.count == ItemBatch::Count::at_most && *rows % batch_.rows != 0;
  return *rows / batch_.rows + (has_rest ? 1 : 0);
}

void ItemJobs::stop_reading() {
  is_stopped_ = true;
  rows_->stop_reading();
}

}  // namespace fanout
