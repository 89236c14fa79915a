// A stream that arrives in pieces of scripted sizes.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "fanout/base/bytes.hpp"

namespace fanout::fuzz {

/// Whether a source may say that it has nothing yet: not while a manifest is being opened.
using MayPause = std::shared_ptr<bool>;

class PieceSource : public ByteSource {
 public:
  /// The sizes of the pieces go round; 0 is a pause. An empty `sizes` is everything at once.
  PieceSource(std::string_view bytes, std::string sizes, MayPause may_pause)
      : bytes_(bytes), sizes_(std::move(sizes)), may_pause_(std::move(may_pause)) {}

  Result<State> read(std::string& into) override {
    if (bytes_.empty()) return State::end;
    const std::size_t size = next_size();
    if (size == 0 && *may_pause_) return State::not_yet;
    const std::string_view piece = bytes_.substr(0, std::max<std::size_t>(size, 1));
    into += piece;
    bytes_.remove_prefix(piece.size());
    return State::bytes;
  }

 private:
  std::size_t next_size() {
    if (sizes_.empty()) return bytes_.size();
    const auto size = static_cast<unsigned char>(sizes_[at_ % sizes_.size()]);
    // After a pause there is something, or whoever waits would wait for ever.
    const bool was_pause = std::exchange(was_pause_, size % kLargest == 0);
    ++at_;
    return was_pause ? 1 : size % kLargest;
  }

  static constexpr unsigned char kLargest = 16;

  std::string_view bytes_;
  std::string sizes_;
  MayPause may_pause_;
  std::size_t at_ = 0;
  bool was_pause_ = false;
};

}  // namespace fanout::fuzz
