#include "report/status_line.hpp"

#include <utility>

#include "fanout/base/rope.hpp"

namespace fanout {
namespace {

constexpr std::string_view kEraseBelow = "\x1b[J";

}  // namespace

void StatusLine::show(std::string_view text, Cursor before) {
  const bool needs_line = !is_shown_ && before == Cursor::in_line;
  std::string drawn = needs_line ? "\n" : "\r";
  drawn.append(text).append(kEraseBelow).append("\r");
  static_cast<void>(terminal_.write(drawn));
  is_shown_ = true;
}

void StatusLine::hide() {
  if (!std::exchange(is_shown_, false)) return;
  static_cast<void>(terminal_.write("\r" + std::string(kEraseBelow) + "\r"));
}

void StatusLine::make_way() {
  if (!is_shown_) return;
  hide();
  on_hidden_();
}

Result<void> AboveStatusLine::write(std::string_view bytes) {
  if (!bytes.empty()) line_.make_way();
  return to_.write(bytes);
}

Result<void> AboveStatusLine::write(Rope rope) {
  if (!rope.empty()) line_.make_way();
  return to_.write(std::move(rope));
}

}  // namespace fanout
