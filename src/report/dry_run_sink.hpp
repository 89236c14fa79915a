// `--dry-run`: what would run, one line each that can be pasted into a POSIX shell.
#pragma once

#include <string>

#include "fanout/base/bytes.hpp"
#include "fanout/sink.hpp"
#include "report/in_order.hpp"

namespace fanout {

/// One line: directory, environment, standard input and command, quoted.
std::string pasteable(const JobRecord& record);

class DryRunSink : public Sink {
 public:
  DryRunSink(ByteWriter& writer, MakeScratch make_scratch);
  Result<void> on(const Event& event) override;

 private:
  InOrder in_order_;
};

}  // namespace fanout
