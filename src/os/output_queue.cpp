#include "os/output_queue.hpp"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "os/standard_streams.hpp"

namespace fanout {
namespace {

constexpr std::uint32_t kRoom = EPOLLOUT;
constexpr std::uint32_t kErrorsOnly = 0;

// What is written in one go. A fast reader or a file would take gigabytes, and all that time nobody
// would look at children and deadlines.
constexpr std::size_t kTurn = std::size_t{1} << 20;

bool is_pipe_descriptor(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode);
}

/// What a write to a descriptor that is ready takes without making us wait: PIPE_BUF bytes
/// (pipe(7)), and all that an empty pipe holds.
std::size_t room_in(int fd) {
  int waiting = 0;
  if (::ioctl(fd, FIONREAD, &waiting) != 0 || waiting != 0) return PIPE_BUF;
  const int capacity = ::fcntl(fd, F_GETPIPE_SZ);
  return capacity > 0 ? static_cast<std::size_t>(capacity) : PIPE_BUF;
}

short poll_now(int fd) {
  pollfd entry{fd, POLLOUT, 0};
  return ::poll(&entry, 1, 0) > 0 ? entry.revents : short{0};
}

/// A description of its own, whose flags are ours. Closed when it is neither a terminal nor a pipe,
/// or cannot be opened: /proc is missing, it is another user's. A terminal that is ready may still
/// take no more than one character (tty_poll of Linux), and one that ^S holds takes none.
Fd open_again(int fd, bool is_pipe) {
  if (!is_pipe && ::isatty(fd) != 1) return Fd();
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  return Fd(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

}  // namespace

Result<std::unique_ptr<OutputQueue>> OutputQueue::open(EventLoop& loop, Callbacks callbacks) {
  std::unique_ptr<OutputQueue> queue(new OutputQueue(loop, std::move(callbacks)));
  auto& [out, err] = queue->streams_;
  Result<void> opened = queue->open_stream(loop, out, kStandardOutput, "standard output");
  if (opened) opened = queue->open_stream(loop, err, kStandardError, "standard error");
  if (!opened) return std::move(opened).error();
  return queue;
}

Result<void> OutputQueue::open_stream(EventLoop& loop, Stream& stream, int fd, std::string name) {
  stream.queue = this;
  stream.is_pipe = is_pipe_descriptor(fd);
  stream.own = open_again(fd, stream.is_pipe);
  stream.fd = stream.own.is_open() ? stream.own.get() : fd;
  stream.name = std::move(name);
  auto watch =
      SharedWatch::open(loop, stream.fd, stream.name, [this, &stream] { on_event(stream); });
  if (!watch) return std::move(watch).error();
  if ((*watch)->can_wait()) stream.watch = std::move(*watch);
  return {};
}

Result<void> OutputQueue::Stream::write(std::string_view bytes) {
  // While nothing waits, only what cannot be written at once is copied.
  if (!error && queue->is_empty() && bytes.size() <= kTurn) {
    bytes.remove_prefix(queue->write_now(*this, bytes));
    if (watch) watch->await(kErrorsOnly);
  }
  return write(Rope(std::string(bytes)));
}

Result<void> OutputQueue::Stream::write(Rope rope) {
  if (!error && !rope.empty()) {
    queue->size_ += rope.size();
    queue->entries_.push_back({this, rope.size(), std::move(rope)});
    if (queue->entries_.size() == 1) {
      queue->flush(false);
    } else if (watch && queue->entries_.front().to != this) {
      watch->await(kErrorsOnly);  // its turn may be long in coming
    }
  }
  if (!error) return {};
  is_told = true;
  return *error;
}

std::size_t OutputQueue::write_now(Stream& stream, std::string_view bytes) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const std::size_t rest = bytes.size() - written;
    const bool can_wait = stream.watch && !stream.own.is_open();
    if (can_wait && poll_now(stream.fd) == 0) break;
    const std::size_t most = can_wait ? room_in(stream.fd) : rest;
    const ssize_t count = ::write(stream.fd, bytes.data() + written, std::min(rest, most));
    if (count >= 0) {
      written += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN) {
      break;
    } else if (errno != EINTR) {
      fail(stream, errno);
      break;
    }
  }
  return written;
}

void OutputQueue::fail(Stream& stream, int error_number) {
  Error error = system_error("write", stream.name, error_number);
  error.kind = error_number == EPIPE ? ErrorKind::reader_gone : ErrorKind::output;
  fail(stream, std::move(error));
}

void OutputQueue::fail(Stream& stream, Error error) {
  const bool is_reader_gone = error.kind == ErrorKind::reader_gone;
  stream.error = std::move(error);
  if (!entries_.empty() && entries_.front().to == &stream) drop_first();
  std::erase_if(entries_, [&](const Entry& entry) {
    if (entry.to != &stream) return false;
    size_ -= entry.size;
    return true;
  });
  if (&stream == &streams_[0] && is_reader_gone) callbacks_.on_reader_gone();
}

void OutputQueue::on_event(Stream& stream) {
  if (stream.error) return;
  const bool was_full = is_full();
  if (stream.is_pipe && (poll_now(stream.fd) & POLLERR) != 0) fail(stream, EPIPE);
  flush(was_full);
}

void OutputQueue::flush(bool was_full) {
  write_turn();
  if (!entries_.empty()) {
    if (is_blocked_) {
      entries_.front().to->watch->await(kRoom);
    } else {
      next_turn_.request();
    }
  }
  if (was_full && !is_full()) callbacks_.on_room();
}

/// Writes what can be written now, but not too much.
void OutputQueue::write_turn() {
  is_blocked_ = false;
  std::size_t left = kTurn;
  while (left > 0 && has_chunk()) {
    Stream& to = *entries_.front().to;
    const std::string_view piece = chunk_.substr(0, left);
    const std::size_t written = write_now(to, piece);
    if (to.error) continue;  // its entries are gone
    chunk_.remove_prefix(written);
    left -= written;
    is_blocked_ = written < piece.size() && to.watch;
    if (written < piece.size()) return;
  }
}

/// Whether there is something to write; what was read of the first entry and could not be is lost
/// with an error of its stream.
bool OutputQueue::has_chunk() {
  while (chunk_.empty() && !entries_.empty()) {
    Entry& entry = entries_.front();
    if (!reader_) reader_.emplace(std::move(entry.rope));
    Result<std::string_view> next = reader_->next();
    size_ -= entry.size - reader_->left();
    entry.size = reader_->left();
    if (!next) {
      fail(*entry.to, std::move(next).error());
    } else if (next->empty()) {
      const Stream& to = *entry.to;
      drop_first();
      if (entries_.empty() && to.watch) to.watch->await(kErrorsOnly);
    } else {
      chunk_ = *next;
    }
  }
  return !chunk_.empty();
}

void OutputQueue::drop_first() {
  size_ -= entries_.front().size;
  entries_.pop_front();
  reader_.reset();
  chunk_ = {};
}

std::vector<Error> OutputQueue::untold_errors() const {
  std::vector<Error> errors;
  for (const Stream& stream : streams_) {
    // That nobody reads what is said to people ends nothing.
    const bool matters =
        &stream == &streams_[0] || (stream.error && stream.error->kind != ErrorKind::reader_gone);
    if (stream.error && !stream.is_told && matters) errors.push_back(*stream.error);
  }
  return errors;
}

}  // namespace fanout
