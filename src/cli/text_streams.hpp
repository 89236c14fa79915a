// Where the jobs' own text goes. A terminal gets it with its control characters made visible,
// unless they were asked for; anything else gets every byte.
#pragma once

#include "cli/streams.hpp"
#include "os/standard_streams.hpp"
#include "os/terminal.hpp"
#include "report/visible_writer.hpp"

namespace fanout {

class TextStreams {
 public:
  TextStreams(Streams to, Controls controls) : to_(to), visible_out_(to.out), visible_err_(to.err) {
    if (controls == Controls::raw) return;
    is_out_visible_ = is_terminal(kStandardOutput);
    is_err_visible_ = is_terminal(kStandardError);
  }

  bool is_out_exact() const { return !is_out_visible_; }
  ByteWriter& out() { return is_out_visible_ ? visible_out_ : to_.out; }
  ByteWriter& err() { return is_err_visible_ ? visible_err_ : to_.err; }

 private:
  Streams to_;
  VisibleWriter visible_out_;
  VisibleWriter visible_err_;
  bool is_out_visible_ = false;
  bool is_err_visible_ = false;
};

}  // namespace fanout
