// What the tests of xargs share: bytes that come in pieces, and what was said.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "fanout/base/bytes.hpp"
#include "xargs/notes.hpp"

namespace fanout::test {

/// Gives one piece a read; an empty one is a pause. Then the end.
class Pieces : public ByteSource {
 public:
  explicit Pieces(std::deque<std::string> pieces) : pieces_(std::move(pieces)) {}

  Result<State> read(std::string& into) override {
    if (pieces_.empty()) return State::end;
    const std::string piece = std::move(pieces_.front());
    pieces_.pop_front();
    into += piece;
    return piece.empty() ? State::not_yet : State::bytes;
  }
  void stop() override { pieces_.clear(); }

 private:
  std::deque<std::string> pieces_;
};

struct Said : ByteWriter {
  using ByteWriter::write;
  Result<void> write(std::string_view bytes) override {
    if (is_full) return Error{ErrorKind::output, "full"};
    text += bytes;
    return {};
  }
  bool is_full = false;
  std::string text;
};

struct Heard {
  Said said;
  XargsNotes notes{said, "xargs"};
};

inline constexpr std::string_view kUnmatchedSingle =
    "unmatched single quote; by default quotes are special to xargs unless you use the -0 option";

}  // namespace fanout::test
