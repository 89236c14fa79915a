// `--joblog`: a line for every job that has run, as GNU parallel writes it (fanout(1), JOB LOG).
// Written as jobs finish, so in order of completion.
#pragma once

#include <string>

#include "fanout/base/bytes.hpp"
#include "fanout/run_clock.hpp"
#include "fanout/sink.hpp"

namespace fanout {

class JobLog : public Sink {
 public:
  /// `to` must outlive this.
  JobLog(ByteWriter& to, RunClock clock) : to_(to), clock_(clock) {}

  Result<void> on(const Event& event) override;

 private:
  ByteWriter& to_;
  RunClock clock_;
};

/// The command in one line for a shell: a command line as it stands where that is one line of
/// printable text, words with whatever quotes they need otherwise.
std::string logged_command(const JobRecord& record);

}  // namespace fanout
