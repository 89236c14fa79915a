// One output of an attempt: open while some process may still write to it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "exec/tail_capture.hpp"
#include "fanout/base/blob.hpp"
#include "os/event_loop.hpp"
#include "os/fd.hpp"
#include "os/pipe_reader.hpp"

namespace fanout {

class CapturedStream {
 public:
  CapturedStream(BlobStore& store, std::optional<std::uint64_t> limit) : capture_(store, limit) {}
  CapturedStream(const CapturedStream&) = delete;
  CapturedStream& operator=(const CapturedStream&) = delete;

  /// Returns the end for the child. `on_end` is called from the loop when nobody holds it any more,
  /// and this is closed then.
  OrFailure<Fd> open(EventLoop& loop, std::function<void()> on_end);

  bool is_open() const { return reader_.has_value(); }

  /// Takes what has been written; closed afterwards if nobody can write any more.
  void look() {
    if (reader_ && reader_->try_to_end()) reader_.reset();
  }

  /// Takes what has been written and waits for no more.
  void finish() {
    if (reader_) reader_->finish();
    reader_.reset();
  }

  Output take() { return capture_.take(); }

 private:
  TailCapture capture_;
  std::optional<PipeReader> reader_;
};

}  // namespace fanout
