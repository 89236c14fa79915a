// One line on a terminal that is drawn again and again in its place, below all that is written. The
// cursor stays at its beginning, so that all of it can be erased however often it was wrapped when
// the terminal became narrower.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "fanout/base/bytes.hpp"

namespace fanout {

class StatusLine {
 public:
  /// `terminal` must outlive this. `on_hidden` is called when somebody else writes there.
  StatusLine(ByteWriter& terminal, std::function<void()> on_hidden)
      : terminal_(terminal), on_hidden_(std::move(on_hidden)) {}

  enum class Cursor { at_line_start, in_line };

  /// Where the cursor was before matters only when the line was hidden. An error is dropped: it is
  /// told to whoever writes there in earnest.
  void show(std::string_view text, Cursor before);
  void hide();
  void make_way();

 private:
  ByteWriter& terminal_;
  std::function<void()> on_hidden_;
  bool is_shown_ = false;
};

/// What is written to the terminal with the status line: the line is hidden before.
class AboveStatusLine : public ByteWriter {
 public:
  AboveStatusLine(ByteWriter& to, StatusLine& line) : to_(to), line_(line) {}

  Result<void> write(std::string_view bytes) override;
  Result<void> write(Rope rope) override;

 private:
  ByteWriter& to_;
  StatusLine& line_;
};

}  // namespace fanout
