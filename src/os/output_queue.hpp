// Standard output and standard error of fanout, written in the order in which they were given and
// never waited for: what a slow reader does not take yet is kept, and what is large is read and
// encoded only when there is room for it. SIGPIPE must be ignored.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/base/bytes.hpp"
#include "fanout/base/rope.hpp"
#include "os/event_loop.hpp"
#include "os/fd.hpp"
#include "os/later_call.hpp"
#include "os/shared_watch.hpp"

namespace fanout {

class OutputQueue {
 public:
  struct Callbacks {
    std::function<void()> on_room;         ///< is_full() was true and no longer is
    std::function<void()> on_reader_gone;  ///< nobody reads standard output any more; once
  };

  /// The loop must outlive this, and the stores of blobs what is written.
  static Result<std::unique_ptr<OutputQueue>> open(EventLoop& loop, Callbacks callbacks);

  /// An error of a stream is told by the write in which or after which it happened, once.
  ByteWriter& out() { return streams_[0]; }
  ByteWriter& err() { return streams_[1]; }

  /// So much waits, in memory or not, that nobody should add to it who can help it.
  bool is_full() const { return size_ + chunk_.size() >= kFull; }
  bool is_empty() const { return entries_.empty(); }

  /// What is first in the queue waits for somebody to read; a file never lets it wait.
  bool awaits_reader() const { return is_blocked_ && !is_empty(); }

  /// Errors that no write has told.
  std::vector<Error> untold_errors() const;

 private:
  static constexpr std::uint64_t kFull = std::uint64_t{1} << 20;

  class Stream : public ByteWriter {
   public:
    Result<void> write(std::string_view bytes) override;
    Result<void> write(Rope rope) override;

    OutputQueue* queue = nullptr;
    int fd = -1;
    Fd own;  // a terminal or pipe, opened once more so that no write can make us wait
    std::string name;
    std::unique_ptr<SharedWatch> watch;  // null: always ready
    std::optional<Error> error;
    bool is_told = false;
    bool is_pipe = false;
  };

  struct Entry {
    Stream* to;
    std::uint64_t size;  // of what has not become a chunk
    Rope rope;
  };

  OutputQueue(EventLoop& loop, Callbacks callbacks)
      : callbacks_(std::move(callbacks)), next_turn_(loop, [this] { flush(is_full()); }) {}

  Result<void> open_stream(EventLoop& loop, Stream& stream, int fd, std::string name);
  void on_event(Stream& stream);
  void flush(bool was_full);
  void write_turn();
  bool has_chunk();
  std::size_t write_now(Stream& stream, std::string_view bytes);
  void drop_first();
  void fail(Stream& stream, int error_number);
  void fail(Stream& stream, Error error);

  Callbacks callbacks_;
  std::array<Stream, 2> streams_;
  std::deque<Entry> entries_;
  std::uint64_t size_ = 0;            // of all entries
  std::optional<RopeReader> reader_;  // of the first entry, when it has been begun
  std::string_view chunk_;            // of the reader's, what was not written yet
  bool is_blocked_ = false;           // the first stream has no room
  LaterCall next_turn_;
};

}  // namespace fanout
