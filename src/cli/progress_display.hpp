// --progress: a line on the terminal that is kept up to date, or a line now and then where standard
// error is none. Decides when something is drawn, not what.
#pragma once

#include "cli/machine.hpp"
#include "cli/streams.hpp"
#include "fanout/sink.hpp"
#include "os/output_queue.hpp"
#include "os/timer.hpp"
#include "report/people_writer.hpp"
#include "report/progress.hpp"
#include "report/status_line.hpp"

namespace fanout {

class ProgressDisplay : public Sink {
 public:
  enum class Form { line, reports };

  /// Both must outlive this.
  ProgressDisplay(Machine& machine, OutputQueue& to, Progress::Total total, bool is_colored);

  Result<void> on(const Event& event) override;

  /// What all others have to write to.
  Streams streams();

 private:
  void begin();
  void draw_soon();
  void draw();
  void draw_line();
  void end();
  void stop();
  void resume();

  Machine& machine_;
  OutputQueue& to_;
  Form form_;
  bool is_colored_;
  Progress progress_;
  StatusLine line_;
  AboveStatusLine out_;
  AboveStatusLine err_;
  PeopleWriter people_;
  Timer timer_;
  Instant drawn_{};
  Instant stopped_{};
  bool is_running_ = false;
  bool is_due_soon_ = false;
};

}  // namespace fanout
