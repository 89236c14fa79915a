#include "manifest/line_reader.hpp"

#include <utility>

#include "manifest/json_node.hpp"

namespace fanout {

LineReader::LineReader(std::unique_ptr<ByteSource> source, char delimiter, Bytes bytes)
    : source_(std::move(source)),
      delimiter_(delimiter),
      bytes_(bytes),
      at_start_(bytes == Bytes::text) {}

LineReader::Next LineReader::next() {
  for (;;) {
    const std::size_t found = buffer_.find(delimiter_, scanned_);
    if (found != std::string::npos) return take(found - begin_, 1);
    scanned_ = buffer_.size();
    if (is_ended_) {
      if (scanned_ == begin_) return EndOfInput{};
      return take(scanned_ - begin_, 0);
    }
    Result<ByteSource::State> state = fill();
    if (!state) return std::move(state).error();
    if (*state == ByteSource::State::not_yet) return NotYet{};
  }
}

LineReader::Line LineReader::take(std::size_t size, std::size_t delimiter_size) {
  std::string_view text = std::string_view(buffer_).substr(begin_, size);
  begin_ = scanned_ = begin_ + size + delimiter_size;
  const bool has_cr = bytes_ == Bytes::text && delimiter_size > 0 && text.ends_with('\r');
  if (has_cr) text.remove_suffix(1);
  return {text, ++lines_, delimiter_size > 0, has_cr};
}

Result<ByteSource::State> LineReader::fill() {
  if (failure_) return *failure_;
  if (is_ended_) return ByteSource::State::end;
  // A byte is moved at most once while it waits for its line's end: this stays linear.
  buffer_.erase(0, begin_);
  scanned_ -= begin_;
  begin_ = 0;
  Result<ByteSource::State> state = source_->read(buffer_);
  is_ended_ = !state || *state == ByteSource::State::end;
  if (!state) failure_ = state.error();
  drop_mark();
  return state;
}

bool LineReader::may_become_mark() const {
  return at_start_ && !is_ended_ && kByteOrderMark.starts_with(buffer_);
}

void LineReader::drop_mark() {
  if (!at_start_ || may_become_mark()) return;
  at_start_ = false;
  if (buffer_.starts_with(kByteOrderMark)) buffer_.erase(0, kByteOrderMark.size());
  scanned_ = 0;
}

std::string_view LineReader::unread() const {
  if (may_become_mark()) return {};
  return std::string_view(buffer_).substr(begin_);
}

Result<std::string> LineReader::rest() {
  while (!is_ended_) {
    const Result<ByteSource::State> state = fill();
    if (!state) return state.error();
  }
  buffer_.erase(0, begin_);
  begin_ = scanned_ = 0;
  return std::exchange(buffer_, {});
}

void LineReader::stop() {
  is_stopped_ = true;
  source_->stop();
}

}  // namespace fanout
