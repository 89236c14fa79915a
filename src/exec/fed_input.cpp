#include "exec/fed_input.hpp"

#include <algorithm>
#include <cassert>
#include <string_view>
#include <utility>

namespace fanout {

OrFailure<std::unique_ptr<FedInput>> FedInput::open(EventLoop& loop, std::shared_ptr<Block> first,
                                                    std::function<void(FedInput&)> on_hungry) {
  std::unique_ptr<FedInput> input(new FedInput(std::move(on_hungry)));
  // No more than about a block waits in the pipe: the next one may find a job with less to do.
  auto opened = InputPipe::open(loop, first->bytes.size(), [at = input.get()] { at->on_room(); });
  if (auto* failure = std::get_if<SystemFailure>(&opened)) return std::move(*failure);
  input->pipe_ = std::make_unique<InputPipe>(std::get<InputPipe>(std::move(opened)));
  input->first_ = first;
  input->held_ = input->unwritten_ = input->given_ = first->size;
  input->blocks_.push_back(std::move(first));
  return input;
}

void FedInput::give(std::shared_ptr<Block> block) {
  assert(unwritten_ == 0 && !is_ended_ && "a block for one who has not taken the last");
  ++lent_;
  given_ += block->size;
  held_ += block->size;
  unwritten_ = block->bytes.size();
  blocks_.push_back(std::move(block));
  write_on();
}

void FedInput::end() {
  is_ended_ = true;
  if (unwritten_ == 0) pipe_->close();
}

void FedInput::on_room() {
  if (unwritten_ > 0) return write_on();
  if (!is_ended_) on_hungry_(*this);
}

/// Once a turn: others want theirs, and whoever reads is as fast as we are.
void FedInput::write_on() {
  const std::string_view bytes = blocks_.back()->bytes;
  unwritten_ -= pipe_->write(bytes.substr(bytes.size() - unwritten_));
  forget_read();
  if (unwritten_ == 0 && is_ended_) return pipe_->close();
  pipe_->await_room();
}

/// What the pipe has no room for any more has been read.
void FedInput::forget_read() {
  const std::uint64_t unread = unwritten_ + pipe_->capacity();
  while (blocks_.size() > 1 && held_ - blocks_.front()->size >= unread) {
    held_ -= blocks_.front()->size;
    if (blocks_.front() == first_) first_->let_go();  // the job's record has it, too
    blocks_.pop_front();
  }
}

FedInput::Rest FedInput::finish() {
  Rest rest;
  rest.lent = lent_;
  std::uint64_t untaken = pipe_->take_back() + unwritten_;
  while (!blocks_.empty() && blocks_.back() != first_ && blocks_.back()->size <= untaken) {
    untaken -= blocks_.back()->size;
    given_ -= blocks_.back()->size;
    rest.untouched.push_back(std::move(blocks_.back()));
    blocks_.pop_back();
  }
  std::ranges::reverse(rest.untouched);
  rest.use = {given_, untaken};
  blocks_.clear();
  first_->let_go();
  return rest;
}

}  // namespace fanout
