#include "exec/tail_capture.hpp"

#include <algorithm>
#include <utility>

namespace fanout {

void TailCapture::append(std::string_view bytes) {
  total_bytes_ += bytes.size();
  if (!failure_.empty() || limit_ == 0) return;
  const std::string_view kept = bytes.substr(0, keep(bytes));
  kept_until_ += kept.size();
  // Where all is kept one error decides. Of a tail only the last one matters.
  if (is_text_asked_ && (limit_ != kNoLimit || !checker_.has_failed())) checker_.add(kept);
}

/// How many of the bytes came to their end before there was no more room.
std::uint64_t TailCapture::keep(std::string_view bytes) {
  if (kept_ == nullptr) kept_ = std::make_shared<Blob>(store_);
  const std::size_t skipped = bytes.size() - std::min<std::uint64_t>(bytes.size(), limit_);
  const std::string_view last = bytes.substr(skipped);
  // So much more than asked for is kept between two cuts, for a cut moves all that stays.
  const std::uint64_t most = limit_ > kNoLimit / 2 ? kNoLimit : 2 * limit_;
  if (last.size() > most - kept_->size()) cut(limit_ - last.size());
  const std::uint64_t before = kept_->size();
  const Result<void> appended = kept_->append(last);
  if (appended) return bytes.size();
  failure_ = appended.error().message;
  return skipped + (kept_->size() - before);
}

void TailCapture::cut(std::uint64_t size) {
  if (kept_->size() > size) kept_->drop_front(kept_->size() - size);
}

Output TailCapture::take() {
  Output output;
  output.total_bytes = total_bytes_;
  if (kept_ != nullptr) {
    cut(limit_);
    output.text_from = text_start();
  }
  output.kept = std::move(kept_);
  output.failure = std::move(failure_);
  return output;
}

/// A tail may start in the middle of a character; its rest is left out when all else is text.
std::optional<std::uint64_t> TailCapture::text_start() const {
  constexpr std::uint64_t kLongestRest = 3;
  const std::uint64_t begin = kept_until_ - kept_->size();
  std::uint64_t skip = 0;
  if (begin > 0) {
    const Result<std::string> first = kept_->copy(0, std::min(kLongestRest, kept_->size()));
    if (!first) return std::nullopt;  // nor can the rest be read: whoever writes it will say so
    while (skip < first->size() && (static_cast<unsigned char>((*first)[skip]) & 0xC0) == 0x80) {
      ++skip;
    }
  }
  const std::optional<std::uint64_t> error = checker_.last_error();
  if (error && *error >= begin + skip) return std::nullopt;
  return skip;
}

}  // namespace fanout
