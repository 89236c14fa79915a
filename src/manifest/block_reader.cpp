#include "manifest/block_reader.hpp"

#include <algorithm>
#include <cassert>
#include <string_view>
#include <utility>

namespace fanout {
namespace {

constexpr std::size_t kReadAhead = std::size_t{128} << 10;      // beyond the block
constexpr std::size_t kLargestReserve = std::size_t{64} << 20;  // nobody has seen so much yet

std::size_t usual_size(BlockLimit limit) {
  if (limit.unit == BlockLimit::Unit::records) return kReadAhead;
  return static_cast<std::size_t>(std::min<std::uint64_t>(limit.amount, kLargestReserve)) +
         kReadAhead;
}

}  // namespace

BlockReader::BlockReader(std::unique_ptr<ByteSource> bytes, const RecordBorder& border,
                         BlockLimit limit, std::shared_ptr<const std::string> file)
    : source_(std::move(bytes)),
      splitter_(border, limit),
      usual_size_(usual_size(limit)),
      file_(std::move(file)) {}

NextBlock BlockReader::next() {
  NextBlock next = cut();
  const bool is_end =
      std::holds_alternative<EndOfBlocks>(next) || std::holds_alternative<Error>(next);
  return is_end && lent_ > 0 ? NextBlock(NoBlockYet{}) : next;
}

NextBlock BlockReader::lend() {
  if (is_stopped_) return EndOfBlocks{};
  NextBlock next = cut();
  if (std::holds_alternative<std::shared_ptr<Block>>(next)) ++lent_;
  if (std::holds_alternative<Error>(next)) return EndOfBlocks{};
  return next;
}

void BlockReader::settle(std::size_t count, std::vector<std::shared_ptr<Block>> untouched) {
  assert(untouched.size() <= count && count <= lent_ && "more came back than was lent");
  lent_ -= count;
  returned_.insert(returned_.end(), untouched.begin(), untouched.end());
}

void BlockReader::stop() {
  is_stopped_ = true;
  source_->stop();
}

NextBlock BlockReader::cut() {
  if (!returned_.empty()) {
    std::shared_ptr<Block> first = std::move(returned_.front());
    returned_.pop_front();
    return first;
  }
  for (;;) {
    using Rest = RecordSplitter::Rest;
    const std::string_view unread = std::string_view(buffer_).substr(begin_);
    // What an error has cut off is no record.
    const Rest rest = is_ended_ && !failure_ ? Rest::none : Rest::may_follow;
    if (const auto size = splitter_.cut(unread, rest)) return take(*size);
    if (failure_) return *failure_;
    if (is_ended_) return EndOfBlocks{};
    if (const Result<ByteSource::State> state = fill();
        state && *state == ByteSource::State::not_yet) {
      return NoBlockYet{};
    }
  }
}

Result<ByteSource::State> BlockReader::fill() {
  buffer_.erase(0, begin_);
  begin_ = 0;
  if (buffer_.capacity() < usual_size_) buffer_.reserve(usual_size_);
  Result<ByteSource::State> state = source_->read(buffer_);
  is_ended_ = !state || *state == ByteSource::State::end;
  if (!state) failure_ = state.error();
  return state;
}

/// Copies what is smaller, the block or all behind it, so that no byte is copied often.
std::shared_ptr<Block> BlockReader::take(std::size_t size) {
  auto block = std::make_shared<Block>();
  const std::size_t end = begin_ + size;
  if (begin_ == 0 && size >= buffer_.size() - end) {
    std::string rest;
    if (!is_ended_) rest.reserve(std::max(usual_size_, buffer_.size() - end));
    rest.append(buffer_, end);
    buffer_.resize(end);
    block->bytes = std::exchange(buffer_, std::move(rest));
  } else {
    block->bytes = buffer_.substr(begin_, size);
    begin_ = end;
  }
  block->size = size;
  block->offset = offset_;
  block->file = file_;
  offset_ += size;
  return block;
}

}  // namespace fanout
