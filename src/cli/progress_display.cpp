#include "cli/progress_display.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "os/standard_streams.hpp"
#include "os/terminal.hpp"
#include "report/progress_text.hpp"

namespace fanout {
namespace {

constexpr Duration kLeastGap = std::chrono::milliseconds(100);
constexpr Duration kLongestGap = std::chrono::seconds(1);
constexpr Duration kReportGap = std::chrono::seconds(10);

ProgressDisplay::Form form_for_standard_error() {
  const char* term = std::getenv("TERM");
  const std::string_view kind = term == nullptr ? "" : term;
  const bool can_be_drawn = is_terminal(kStandardError) && !kind.empty() && kind != "dumb";
  return can_be_drawn ? ProgressDisplay::Form::line : ProgressDisplay::Form::reports;
}

}  // namespace

ProgressDisplay::ProgressDisplay(Machine& machine, OutputQueue& to, Progress::Total total,
                                 bool is_colored)
    : machine_(machine),
      to_(to),
      form_(form_for_standard_error()),
      is_colored_(is_colored),
      progress_(std::move(total)),
      line_(to.err(), [this] { draw_soon(); }),
      out_(to.out(), line_),
      err_(to.err(), line_),
      people_(to.err()),
      timer_(machine.loop(), [this] { draw(); }) {
  machine.on_stop([this] { stop(); }, [this] { resume(); });
}

Streams ProgressDisplay::streams() {
  const bool is_out_above = is_terminal(kStandardOutput);
  return {is_out_above ? static_cast<ByteWriter&>(out_) : to_.out(), err_};
}

Result<void> ProgressDisplay::on(const Event& event) {
  progress_.on(event);
  if (std::holds_alternative<RunStarted>(event)) {
    begin();
  } else if (std::holds_alternative<RunFinished>(event)) {
    end();
  } else {
    draw_soon();
  }
  return {};
}

void ProgressDisplay::begin() {
  is_running_ = true;
  drawn_ = machine_.loop().now();
  timer_.set(drawn_ + (form_ == Form::line ? kLeastGap : kReportGap));
}

void ProgressDisplay::draw_soon() {
  if (form_ != Form::line || !is_running_ || std::exchange(is_due_soon_, true)) return;
  timer_.set(std::max(machine_.loop().now(), drawn_ + kLeastGap));
}

void ProgressDisplay::draw() {
  is_due_soon_ = false;
  drawn_ = machine_.loop().now();
  if (form_ == Form::line) {
    draw_line();
  } else {
    static_cast<void>(people_.write(progress_report(progress_.look(drawn_))));
  }
  timer_.set(drawn_ + (form_ == Form::line ? kLongestGap : kReportGap));
}

// Where what was written before still waits, nothing is drawn: it would wait as well, and be old.
void ProgressDisplay::draw_line() {
  const ProgressView view = progress_.look(drawn_);
  if (!to_.is_err_up_to_date() || !is_in_foreground_of(kStandardError)) return;
  // In the last column some terminals go on to the next line.
  const std::size_t width = std::max<std::size_t>(2, terminal_width(kStandardError)) - 1;
  const auto cursor =
      to_.is_err_in_line() ? StatusLine::Cursor::in_line : StatusLine::Cursor::at_line_start;
  line_.show(progress_line(view, width, is_colored_), cursor);
}

void ProgressDisplay::end() {
  is_running_ = false;
  timer_.stop();
  line_.hide();
  if (form_ == Form::line) return;
  static_cast<void>(people_.write(progress_report(progress_.look(machine_.loop().now()))));
}

void ProgressDisplay::stop() {
  stopped_ = machine_.loop().now();
  line_.hide();
}

void ProgressDisplay::resume() {
  progress_.skip(machine_.loop().now() - stopped_);
  draw_soon();
}

}  // namespace fanout
