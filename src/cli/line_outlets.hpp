// Both outputs of one attempt on their way to --line-buffer.
#pragma once

#include "exec/captured_stream.hpp"
#include "fanout/action.hpp"
#include "report/line_sink.hpp"
#include "report/tag.hpp"

namespace fanout {

class LineOutlets : public AttemptOutlets {
 public:
  enum class Copy { none, kept };

  /// The sink must outlive this.
  LineOutlets(LineSink& sink, const Encoding& encoding, Copy copy)
      : out_writer_(sink.out(), encoding, sink.stores()),
        err_writer_(sink.err(), encoding, sink.stores()),
        out_(outlet(out_writer_, sink, copy)),
        err_(outlet(err_writer_, sink, copy)) {}

  const Outlet& out() const override { return out_; }
  const Outlet& err() const override { return err_; }
  void end() override {
    out_writer_.end();
    err_writer_.end();
  }

 private:
  static Outlet outlet(LineWriter& to, LineSink& sink, Copy copy) {
    return {&to, sink.stores().is_full, Outlet::Share::everything, copy == Copy::kept};
  }

  LineWriter out_writer_;
  LineWriter err_writer_;
  Outlet out_;
  Outlet err_;
};

/// How the lines of an attempt are written.
inline Encoding encoding_of(const TagOf& tag, const StartAttempt& order) {
  if (!tag) return {};
  const std::vector<std::string> argv = argv_in_slot(order.job->command, order.id.slot);
  return encoding_of(tag, TaggedJob{*order.job, argv, order.id.slot});
}

}  // namespace fanout
