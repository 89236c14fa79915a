// Reads the end of a pipe that nobody else reads, through the loop, and hands it on in chunks.
// Keeps nothing.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "os/event_loop.hpp"
#include "os/fd.hpp"

namespace fanout {

class PipeReader {
 public:
  struct Callbacks {
    std::function<void(std::string_view)> on_bytes;  ///< must not destroy the reader
    std::function<void()> on_end;                    ///< called once; may destroy the reader
  };

  static OrFailure<PipeReader> open(EventLoop& loop, Fd pipe, Callbacks callbacks);

  PipeReader(PipeReader&&) noexcept;
  PipeReader& operator=(PipeReader&&) = delete;
  ~PipeReader();

  /// Leaves in the pipe what comes from now on, so that whoever writes has to wait, until resume().
  void pause();
  void resume();

  /// Hands on what is in the pipe at this moment. True when that was the end: nobody holds the
  /// other end any more, and on_end is not called.
  bool try_to_end();

  /// Hands on what is in the pipe at this moment and reads no more, whoever may still hold its
  /// other end. on_end is not called: the caller knows.
  void finish();

 private:
  struct State;
  explicit PipeReader(std::shared_ptr<State> state);

  std::shared_ptr<State> state_;
};

}  // namespace fanout
