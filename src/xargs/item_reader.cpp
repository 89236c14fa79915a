#include "xargs/item_reader.hpp"

#include <algorithm>
#include <utility>

namespace fanout {
namespace {

// isspace(3) without the newline.
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r';
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

}  // namespace

ItemReader::ItemReader(std::unique_ptr<ByteSource> source, ItemSyntax syntax, XargsNotes& notes)
    : source_(std::move(source)), syntax_(std::move(syntax)), notes_(notes) {
  const auto kind = [this](char c) -> Kind& { return kinds_[static_cast<unsigned char>(c)]; };
  if (syntax_.form == ItemSyntax::Form::words) kind(' ') = kind('\t') = Kind::space;
  kind('\n') = Kind::newline;
  kind('\'') = kind('"') = Kind::quote;
  kind('\\') = Kind::backslash;
  kind('\0') = Kind::nul;
}

ItemReader::Next ItemReader::next() {
  if (std::exchange(is_given_, false)) {
    item_.clear();
    state_ = State::between;
  }
  if (is_ended_) return EndOfItems{};
  return syntax_.form == ItemSyntax::Form::delimited ? next_delimited() : next_quoted();
}

/// Empty when there are bytes to look at.
std::optional<ItemReader::Next> ItemReader::fill() {
  if (at_ < buffer_.size()) return std::nullopt;
  buffer_.clear();
  at_ = 0;
  const Result<ByteSource::State> state = source_->read(buffer_);
  if (!state) failure_ = state.error();
  if (!state || *state == ByteSource::State::end) return at_end();
  if (*state == ByteSource::State::not_yet) return NotYet{};
  return std::nullopt;
}

// What is not yet anything, not even quotes, is nothing; so an item at the very end is not empty.
ItemReader::Next ItemReader::at_end() {
  is_ended_ = true;
  if (item_.empty()) return EndOfItems{};
  if (state_ == State::quoted) return unmatched();
  // Nor is an end word one there, but at the start of its line.
  if (!is_first_) syntax_.end_word.reset();
  return item(false);
}

ItemReader::Next ItemReader::item(bool ends_line) {
  is_given_ = true;
  const std::string_view text = std::string_view(item_).substr(0, item_.find('\0'));
  if (syntax_.end_word && text == *syntax_.end_word) {
    is_ended_ = true;
    return EndOfItems{};
  }
  return Item{text, item_.size(), ends_line};
}

Error ItemReader::unmatched() const {
  return usage_error(std::string("unmatched ") + (quote_ == '"' ? "double" : "single") +
                     " quote; by default quotes are special to xargs unless you use the -0 option");
}

std::optional<Error> ItemReader::append(std::string_view bytes) {
  const std::uint64_t room = syntax_.longest - item_.size();
  item_.append(bytes.substr(0, room));
  if (bytes.size() <= room) return std::nullopt;
  at_ -= bytes.size() - room - 1;  // the first that has no room is taken, those after it are not
  is_ended_ = true;
  return usage_error("argument line too long");
}

ItemReader::Next ItemReader::next_delimited() {
  for (;;) {
    if (auto stop = fill()) return std::move(*stop);
    const std::size_t end = buffer_.find(syntax_.delimiter, at_);
    const bool is_whole = end != buffer_.npos;
    const std::string_view part =
        std::string_view(buffer_).substr(at_, is_whole ? end - at_ : buffer_.npos);
    at_ += part.size();
    if (auto error = append(part)) return std::move(*error);
    if (!is_whole) continue;
    ++at_;
    return item(true);
  }
}

ItemReader::Next ItemReader::next_quoted() {
  for (;;) {
    if (auto stop = fill()) return std::move(*stop);
    if (state_ == State::inside) {
      if (auto error = take_run()) return std::move(*error);
      if (at_ == buffer_.size()) continue;
    }
    const char c = buffer_[at_++];
    End end = End::none;
    std::optional<Error> error = take(c, kind_of(c), end);
    const char before = std::exchange(last_, c);
    if (error) {
      is_ended_ = true;
      return std::move(*error);
    }
    if (end == End::none) continue;
    is_first_ = end == End::line;
    return item(end == End::line && !is_blank(before));
  }
}

/// As much at once as means nothing but itself.
std::optional<Error> ItemReader::take_run() {
  std::size_t end = at_;
  while (end < buffer_.size() && kind_of(buffer_[end]) == Kind::ordinary) ++end;
  if (end == at_) return std::nullopt;
  const std::string_view run = std::string_view(buffer_).substr(at_, end - at_);
  last_ = run.back();
  at_ = end;
  return append(run);
}

std::optional<Error> ItemReader::take(char c, Kind kind, End& end) {
  switch (state_) {
    case State::between:
      if (is_space(c) || kind == Kind::newline) return std::nullopt;
      state_ = State::inside;
      return take_inside(c, kind, end);
    case State::inside: return take_inside(c, kind, end);
    case State::quoted:
      if (kind == Kind::newline) return unmatched();
      if (c == quote_) {
        state_ = State::inside;
        return std::nullopt;
      }
      break;
    case State::escaped: state_ = State::inside; break;
  }
  return take_inside(c, kind == Kind::nul ? Kind::nul : Kind::ordinary, end);
}

std::optional<Error> ItemReader::take_inside(char c, Kind kind, End& end) {
  switch (kind) {
    case Kind::newline: end = End::line; return std::nullopt;
    case Kind::space: end = End::item; return std::nullopt;
    case Kind::backslash: state_ = State::escaped; return std::nullopt;
    case Kind::quote:
      state_ = State::quoted;
      quote_ = c;
      return std::nullopt;
    case Kind::nul:
      if (!std::exchange(is_nul_told_, true)) {
        notes_.say(
            "WARNING: a NUL character occurred in the input.  It cannot be passed through in the "
            "argument list.  Did you mean to use the --null option?");
      }
      break;
    case Kind::ordinary: break;
  }
  return append({&c, 1});
}

}  // namespace fanout
