// One output of an attempt: open while some process may still write to it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "exec/tail_capture.hpp"
#include "fanout/base/blob.hpp"
#include "fanout/base/bytes.hpp"
#include "os/event_loop.hpp"
#include "os/fd.hpp"
#include "os/pipe_reader.hpp"

namespace fanout {

/// Where an output goes that need not be kept until its end.
struct Outlet {
  enum class Share {
    large,       ///< what is more than a little, and is then kept no more
    everything,  ///< all of it, from the first byte
  };
  ByteWriter* to = nullptr;
  std::function<bool()> is_full;
  Share share = Share::large;
  bool is_kept = false;  ///< of everything a copy stays
};

/// Those of one attempt.
class AttemptOutlets {
 public:
  virtual ~AttemptOutlets() = default;
  virtual const Outlet& out() const = 0;
  virtual const Outlet& err() const = 0;
  /// They were given all. Not called when there was no process.
  virtual void end() = 0;
};

class CapturedStream {
 public:
  CapturedStream(BlobStore& store, const CaptureOptions& options) : capture_(store, options) {}
  CapturedStream(const CapturedStream&) = delete;
  CapturedStream& operator=(const CapturedStream&) = delete;

  /// Returns the end for the child. `on_end` is called from the loop when nobody holds it any more,
  /// and this is closed then.
  OrFailure<Fd> open(EventLoop& loop, std::function<void()> on_end);

  /// The outlet's share is passed on as it comes. While it is full nothing is read, so that the
  /// process has to wait; whoever makes room in it calls read_on(). Must outlive this.
  void pass_on_to(const Outlet& outlet) { outlet_ = &outlet; }
  void read_on() {
    if (reader_) reader_->resume();
  }

  bool is_open() const { return reader_.has_value(); }

  /// Its process has exited: takes what has been written; closed afterwards if nobody can write any
  /// more. A full outlet is no reason to wait any longer, for a pipe that is left unread never
  /// ends; of a large output, what others still say is kept.
  void look() {
    has_exited_ = true;
    if (outlet_ != nullptr && outlet_->share == Outlet::Share::large) outlet_ = nullptr;
    if (reader_ && reader_->try_to_end()) reader_.reset();
    read_on();
  }

  /// Takes what has been written and waits for no more.
  void finish() {
    if (reader_) reader_->finish();
    reader_.reset();
  }

  Output take() { return capture_.take(); }

 private:
  void take_in(std::string_view bytes);
  void pass_on_large(std::string_view bytes);
  void pass_on(std::string_view bytes);
  void pause_if_full();

  TailCapture capture_;
  const Outlet* outlet_ = nullptr;
  bool has_exited_ = false;
  std::optional<PipeReader> reader_;
};

}  // namespace fanout
