#include "manifest/record_splitter.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace fanout {
namespace {

/// The last place where `mark` begins, or npos: memrchr steps over what cannot be its end.
std::size_t rfind(std::string_view bytes, std::string_view mark) {
  const std::size_t last = mark.size() - 1;
  while (bytes.size() > last) {
    const void* found = ::memrchr(bytes.data() + last, mark.back(), bytes.size() - last);
    if (found == nullptr) break;
    const auto end = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
    if (bytes.substr(end - last, mark.size()) == mark) return end - last;
    bytes = bytes.substr(0, end);
  }
  return bytes.npos;
}

/// The first, or npos. In linear time, whatever the bytes.
std::size_t find(std::string_view bytes, std::string_view mark) {
  if (bytes.empty()) return bytes.npos;
  const void* found = mark.size() == 1
                          ? std::memchr(bytes.data(), mark.front(), bytes.size())
                          : ::memmem(bytes.data(), bytes.size(), mark.data(), mark.size());
  if (found == nullptr) return bytes.npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
}

}  // namespace

RecordSplitter::RecordSplitter(const RecordBorder& border, BlockLimit limit)
    : mark_(border.end + border.start), border_at_(border.end.size()), limit_(limit) {
  assert(!mark_.empty() && limit.amount > 0 && "nothing says where a block ends");
}

std::optional<std::size_t> RecordSplitter::cut(std::string_view bytes, Rest rest) {
  std::optional<std::size_t> size =
      limit_.unit == BlockLimit::Unit::bytes ? cut_by_size(bytes, rest) : cut_by_count(bytes);
  if (!size && rest == Rest::none && !bytes.empty()) size = bytes.size();
  if (size) seen_ = found_ = 0;
  return size;
}

std::optional<std::size_t> RecordSplitter::cut_by_size(std::string_view bytes, Rest rest) {
  const std::size_t after = mark_.size() - border_at_;  // what is to be seen behind a border
  const bool is_all_within = bytes.size() <= limit_.amount;
  if (is_all_within && rest == Rest::none) return std::nullopt;
  if (rest == Rest::may_follow && (is_all_within || bytes.size() - limit_.amount < after)) {
    return std::nullopt;
  }
  // Seen once, the limit is behind us: from then on the first border counts.
  if (seen_ == 0) {
    if (const auto last = last_border(bytes, static_cast<std::size_t>(limit_.amount))) return last;
    seen_ = limit_.amount < border_at_ ? 0 : limit_.amount - border_at_ + 1;
  }
  return next_border(bytes, seen_);
}

std::optional<std::size_t> RecordSplitter::cut_by_count(std::string_view bytes) {
  std::size_t from = seen_;
  while (const auto border = next_border(bytes, from)) {
    if (++found_ == limit_.amount) return border;
    from = seen_ = *border + (border_at_ == 0 ? 1 : 0);
  }
  return std::nullopt;
}

/// The last border that is not the beginning and has at most `most` bytes before it.
std::optional<std::size_t> RecordSplitter::last_border(std::string_view bytes,
                                                       std::size_t most) const {
  if (most < border_at_) return std::nullopt;
  const std::string_view within = bytes.substr(0, most - border_at_ + mark_.size());
  const std::size_t found = rfind(within, mark_);
  if (found == within.npos || found + border_at_ == 0) return std::nullopt;
  return found + border_at_;
}

/// The first border that is not the beginning and whose mark begins at `from` or later.
std::optional<std::size_t> RecordSplitter::next_border(std::string_view bytes, std::size_t from) {
  if (border_at_ == 0) from = std::max<std::size_t>(from, 1);  // the beginning is none
  const std::size_t found = from < bytes.size() ? find(bytes.substr(from), mark_) : bytes.npos;
  if (found != bytes.npos) return from + found + border_at_;
  const std::size_t tail = mark_.size() - 1;  // of a mark whose rest has not come
  seen_ = std::max(from, bytes.size() - std::min(bytes.size(), tail));
  return std::nullopt;
}

}  // namespace fanout
