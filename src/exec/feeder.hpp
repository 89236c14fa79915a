// Gives blocks to attempts that take one after the other, in the order in which they asked. It is
// asked to do so between two waits, after new attempts have had their first.
#pragma once

#include <deque>

#include "exec/fed_input.hpp"
#include "fanout/block.hpp"

namespace fanout {

class Feeder {
 public:
  /// The lender must outlive this; it may be null where nobody takes more than one block.
  explicit Feeder(BlockLender* lender) : lender_(lender) {}

  void ask(FedInput& input) { hungry_.push_back(&input); }

  /// Gives what there is now.
  void feed();

  /// The input ends, and may be destroyed: what it has not begun is given to others.
  InputUse settle(FedInput& input);

  /// No more for this one.
  void end(FedInput& input);

 private:
  void forget(FedInput& input) { std::erase(hungry_, &input); }

  BlockLender* lender_;
  std::deque<FedInput*> hungry_;
};

}  // namespace fanout
