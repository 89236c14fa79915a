// `--dry-run`: what would run, one line each that can be pasted into a POSIX shell.
#pragma once

#include <string>

#include "fanout/base/bytes.hpp"
#include "fanout/base/text.hpp"
#include "fanout/sink.hpp"
#include "report/in_order.hpp"

namespace fanout {

/// One line: directory, environment, standard input and command, all quoted by `quote`.
std::string pasteable(const JobRecord& record, ShellQuote quote = shell_quote);

class DryRunSink : public Sink {
 public:
  /// What waits for its turn is kept in `waiting`, which must outlive this and what it wrote.
  DryRunSink(ByteWriter& writer, BlobStore& waiting, ShellQuote quote);
  Result<void> on(const Event& event) override;

 private:
  ShellQuote quote_;
  InOrder in_order_;
};

}  // namespace fanout
