// Standard output and standard error of fanout, written in the order in which they were given and
// never waited for: what a slow reader does not take yet is kept. SIGPIPE must be ignored.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fanout/base/bytes.hpp"
#include "os/event_loop.hpp"
#include "os/shared_watch.hpp"

namespace fanout {

class OutputQueue {
 public:
  struct Callbacks {
    std::function<void()> on_room;         ///< is_full() was true and no longer is
    std::function<void()> on_reader_gone;  ///< nobody reads standard output any more; once
  };

  /// The loop must outlive this.
  static Result<std::unique_ptr<OutputQueue>> open(EventLoop& loop, Callbacks callbacks);

  /// An error of a stream is told by the write in which or after which it happened, once.
  ByteWriter& out() { return streams_[0]; }
  ByteWriter& err() { return streams_[1]; }

  /// So much waits that nobody should add to it who can help it.
  bool is_full() const { return size_ >= kFull; }
  bool is_empty() const { return chunks_.empty(); }

  /// Errors that no write has told.
  std::vector<Error> untold_errors() const;

 private:
  static constexpr std::size_t kFull = std::size_t{1} << 20;

  class Stream : public ByteWriter {
   public:
    Result<void> write(std::string_view bytes) override;

    OutputQueue* queue = nullptr;
    int fd = -1;
    std::string name;
    std::unique_ptr<SharedWatch> watch;
    std::optional<Error> error;
    bool is_told = false;
    bool is_pipe = false;
  };

  struct Chunk {
    Stream* to;
    std::string bytes;
    std::size_t written = 0;
  };

  explicit OutputQueue(Callbacks callbacks) : callbacks_(std::move(callbacks)) {}

  Result<void> open_stream(EventLoop& loop, Stream& stream, int fd, std::string name);
  void on_event(Stream& stream);
  void flush();
  std::size_t write_now(Stream& stream, std::string_view bytes);
  void fail(Stream& stream, int error_number);

  Callbacks callbacks_;
  std::array<Stream, 2> streams_;
  std::deque<Chunk> chunks_;
  std::size_t size_ = 0;
};

}  // namespace fanout
