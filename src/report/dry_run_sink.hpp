// `--dry-run`: what would run, one line each that can be pasted into a POSIX shell.
#pragma once

#include <string>

#include "fanout/base/bytes.hpp"
#include "fanout/base/rope.hpp"
#include "fanout/base/text.hpp"
#include "fanout/sink.hpp"
#include "report/in_order.hpp"
#include "report/shelf.hpp"

namespace fanout {

/// One line: directory, environment, standard input and command, all quoted by `quote`.
std::string pasteable(const JobRecord& record, ShellQuote quote = shell_quote);

class DryRunSink : public Sink {
 public:
  enum class When {
    at_once,
    all_or_none,  ///< at the end, and nothing when the input turned out to be wrong
  };

  /// What waits is kept in `waiting`, which must outlive this and what it wrote.
  DryRunSink(ByteWriter& writer, BlobStore& waiting, ShellQuote quote, When when = When::at_once);
  Result<void> on(const Event& event) override;

 private:
  Result<void> write(Rope line);

  ByteWriter& writer_;
  ShellQuote quote_;
  When when_;
  InOrder in_order_;
  Shelf shelf_;
  Rope held_;
  bool is_cut_short_ = false;
};

}  // namespace fanout
