// Puts passages of a report back into input order. What waits for its turn is in a blob
// store: in memory up to a limit, and in a scratch space beyond it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <variant>

#include "fanout/base/bytes.hpp"
#include "fanout/base/rope.hpp"
#include "fanout/ids.hpp"
#include "fanout/settings.hpp"
#include "report/shelf.hpp"

namespace fanout {

/// What a report says of one job, to standard output and to standard error, in this order.
struct Passage {
  Rope out;
  Rope err;
};

class InOrder {
 public:
  using Emit = std::function<Result<void>(Passage passage)>;

  /// What waits is kept in `store`, which must outlive this and what was emitted.
  InOrder(BlobStore& store, Emit emit) : shelf_(store), emit_(std::move(emit)) {}

  /// Emits the passage and all that waited for it, or keeps it. Each index comes once. Passages
  /// that follow each other may be emitted as one.
  Result<void> put(JobIndex index, Passage passage);

 private:
  // Most passages are a short text: a million of them may wait, so they are kept small.
  struct Text {
    BlobSlice both;
    std::uint64_t out_size = 0;
  };
  using Waiting = std::variant<std::monostate, Text, std::unique_ptr<Passage>>;

  Result<Waiting> set_aside(Passage passage);
  static Passage take(Waiting waiting);
  Result<void> emit_with_ready(Passage passage);

  Shelf shelf_;
  Emit emit_;
  std::uint64_t next_ = 0;
  std::deque<Waiting> waiting_;  // from next_ on
};

/// Calls emit at once, or through InOrder when the order is that of the input.
class PassageOrder {
 public:
  PassageOrder(Order order, BlobStore& store, InOrder::Emit emit)
      : is_ordered_(order == Order::input), emit_(emit), in_order_(store, std::move(emit)) {}

  /// Whether the passage of this job, which is put next, will be the first that is emitted.
  bool is_first(JobIndex index) const { return is_ordered_ ? index.value == 0 : !has_passages_; }

  Result<void> put(JobIndex index, Passage passage) {
    has_passages_ = true;
    return is_ordered_ ? in_order_.put(index, std::move(passage)) : emit_(std::move(passage));
  }
  bool has_passages() const { return has_passages_; }

 private:
  bool is_ordered_;
  bool has_passages_ = false;
  InOrder::Emit emit_;
  InOrder in_order_;
};

}  // namespace fanout
