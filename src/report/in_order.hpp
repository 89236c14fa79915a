// Puts pieces of a report back into input order. What waits for its turn stays in memory up to
// a limit and goes to a scratch file beyond it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "fanout/base/bytes.hpp"
#include "fanout/ids.hpp"
#include "fanout/settings.hpp"

namespace fanout {

using MakeScratch = std::function<Result<std::unique_ptr<Scratch>>()>;

class InOrder {
 public:
  using Emit = std::function<Result<void>(std::string_view piece)>;

  static constexpr std::size_t kMemoryLimit = std::size_t{16} << 20;

  InOrder(MakeScratch make_scratch, Emit emit, std::size_t memory_limit = kMemoryLimit);

  /// Emits the piece and all that waited for it, or keeps it. Each index comes once.
  Result<void> put(JobIndex index, std::string piece);

 private:
  struct Waiting {
    std::string piece;
    std::optional<std::uint64_t> offset;  // in the scratch file
    std::size_t size = 0;
  };

  Result<void> keep(Waiting& place, std::string piece);
  Result<void> emit_ready();

  MakeScratch make_scratch_;
  Emit emit_;
  std::size_t memory_limit_;
  std::size_t in_memory_ = 0;
  std::uint64_t next_ = 0;
  std::deque<std::optional<Waiting>> waiting_;  // from next_ on
  std::unique_ptr<Scratch> scratch_;
};

/// Calls emit at once, or through InOrder when the order is that of the input.
class PieceOrder {
 public:
  PieceOrder(Order order, MakeScratch make_scratch, InOrder::Emit emit)
      : is_ordered_(order == Order::input),
        emit_(emit),
        in_order_(std::move(make_scratch), std::move(emit)) {}

  Result<void> put(JobIndex index, std::string piece) {
    return is_ordered_ ? in_order_.put(index, std::move(piece)) : emit_(piece);
  }

 private:
  bool is_ordered_;
  InOrder::Emit emit_;
  InOrder in_order_;
};

}  // namespace fanout
