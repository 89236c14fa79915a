#include "report/in_order.hpp"

#include <cassert>
#include <utility>

namespace fanout {

InOrder::InOrder(MakeScratch make_scratch, Emit emit, std::size_t memory_limit)
    : make_scratch_(std::move(make_scratch)), emit_(std::move(emit)), memory_limit_(memory_limit) {}

Result<void> InOrder::put(JobIndex index, std::string piece) {
  assert(index.value >= next_ && "a piece came twice");
  if (index.value == next_) {
    if (Result<void> done = emit_(piece); !done) return done;
    if (!waiting_.empty()) waiting_.pop_front();
    ++next_;
    return emit_ready();
  }
  const std::size_t place = index.value - next_;
  if (waiting_.size() <= place) waiting_.resize(place + 1);
  waiting_[place].emplace();
  return keep(*waiting_[place], std::move(piece));
}

Result<void> InOrder::keep(Waiting& place, std::string piece) {
  place.size = piece.size();
  if (in_memory_ + piece.size() <= memory_limit_) {
    in_memory_ += piece.size();
    place.piece = std::move(piece);
    return {};
  }
  if (scratch_ == nullptr) {
    Result<std::unique_ptr<Scratch>> made = make_scratch_();
    if (!made) return std::move(made).error();
    scratch_ = std::move(*made);
  }
  const Result<std::uint64_t> offset = scratch_->append(piece);
  if (!offset) return offset.error();
  place.offset = *offset;
  return {};
}

Result<void> InOrder::emit_ready() {
  while (!waiting_.empty() && waiting_.front()) {
    const Waiting place = std::move(*waiting_.front());
    waiting_.pop_front();
    ++next_;
    if (!place.offset) {
      in_memory_ -= place.size;
      if (Result<void> done = emit_(place.piece); !done) return done;
      continue;
    }
    const Result<std::string> piece = scratch_->read(*place.offset, place.size);
    if (!piece) return piece.error();
    if (Result<void> done = emit_(*piece); !done) return done;
  }
  return {};
}

}  // namespace fanout
