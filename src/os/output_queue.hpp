// Standard output and standard error of fanout, never waited for: what a slow reader does not take
// yet is kept, and what is large is read and encoded only when there is room for it. Where both
// lead to the same place, all is written in the order in which it was given; otherwise a slow
// reader of one does not hold up the other. SIGPIPE must be ignored.
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
  bool is_full() const { return waiting() >= kFull; }
  bool is_empty() const { return lanes_[0].is_empty() && lanes_[1].is_empty(); }

  /// Nothing more can be written before somebody reads; a file never lets it wait.
  bool awaits_reader() const;

  /// All that was given for standard error, and for standard output where it is the same place, is
  /// there.
  bool is_err_up_to_date() const { return streams_[1].lane->is_empty(); }
  /// What was written last to that place ended in the middle of a line.
  bool is_err_in_line() const;

  /// From now on all that is given waits, until release(). Both may be called again and again.
  void hold() { is_held_ = true; }
  void release();

  /// Errors that no write has told.
  std::vector<Error> untold_errors() const;

 private:
  static constexpr std::uint64_t kFull = std::uint64_t{1} << 20;

  struct Lane;

  class Stream : public ByteWriter {
   public:
    Result<void> write(std::string_view bytes) override;
    Result<void> write(Rope rope) override;

    OutputQueue* queue = nullptr;
    Lane* lane = nullptr;
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

  /// What waits for one place, in order.
  struct Lane {
    Lane(EventLoop& loop, std::function<void()> on_turn) : next_turn(loop, std::move(on_turn)) {}
    bool is_empty() const { return entries.empty(); }
    bool has_chunk(OutputQueue& queue);
    void drop_first();

    std::deque<Entry> entries;
    std::uint64_t size = 0;            // of all entries
    std::optional<RopeReader> reader;  // of the first entry, when it has been begun
    std::string_view chunk;            // of the reader's, what was not written yet
    bool is_blocked = false;           // the first stream has no room
    char last_written = '\n';
    LaterCall next_turn;
  };

  OutputQueue(EventLoop& loop, Callbacks callbacks);

  Result<void> open_stream(EventLoop& loop, Stream& stream, int fd, std::string name);
  void on_event(Stream& stream);
  void flush(Lane& lane, bool was_full);
  void write_turn(Lane& lane);
  std::size_t write_now(Stream& stream, std::string_view bytes);
  void fail(Stream& stream, int error_number);
  void fail(Stream& stream, Error error);
  std::uint64_t waiting() const;

  Callbacks callbacks_;
  bool is_held_ = false;
  std::array<Stream, 2> streams_;
  std::array<Lane, 2> lanes_;  // of each stream, or the first for both
};

}  // namespace fanout
