#include "exec/feeder.hpp"

#include <utility>
#include <variant>

namespace fanout {

void Feeder::feed() {
  while (!hungry_.empty()) {
    NextBlock next = lender_->lend();
    if (std::holds_alternative<NoBlockYet>(next)) return;
    FedInput& first = *hungry_.front();
    hungry_.pop_front();
    if (auto* block = std::get_if<std::shared_ptr<Block>>(&next)) {
      first.give(std::move(*block));
    } else {
      first.end();
    }
  }
}

InputUse Feeder::settle(FedInput& input) {
  forget(input);
  FedInput::Rest rest = input.finish();
  if (rest.lent > 0) lender_->settle(rest.lent, std::move(rest.untouched));
  return rest.use;
}

void Feeder::end(FedInput& input) {
  forget(input);
  input.end();
}

}  // namespace fanout
