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

/// Whether what is written to them comes to the same place, so that its order can be seen. Two
/// terminals are taken for one: /dev/tty is another name for it.
bool lead_to_same_place(int first, int second) {
  struct stat a {};
  struct stat b {};
  if (::fstat(first, &a) != 0 || ::fstat(second, &b) != 0) return true;
  if (a.st_dev == b.st_dev && a.st_ino == b.st_ino) return true;
  return ::isatty(first) == 1 && ::isatty(second) == 1;
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

OutputQueue::OutputQueue(EventLoop& loop, Callbacks callbacks)
    : callbacks_(std::move(callbacks)),
      lanes_{Lane(loop, [this] { flush(lanes_[0], is_full()); }),
             Lane(loop, [this] { flush(lanes_[1], is_full()); })} {}

Result<std::unique_ptr<OutputQueue>> OutputQueue::open(EventLoop& loop, Callbacks callbacks) {
  std::unique_ptr<OutputQueue> queue(new OutputQueue(loop, std::move(callbacks)));
  auto& [out, err] = queue->streams_;
  out.lane = &queue->lanes_[0];
  err.lane = &queue->lanes_[lead_to_same_place(kStandardOutput, kStandardError) ? 0 : 1];
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
  if (!error && lane->is_empty() && bytes.size() <= kTurn && !queue->is_held_) {
    bytes.remove_prefix(queue->write_now(*this, bytes));
    if (watch) watch->await(kErrorsOnly);
  }
  return write(Rope(std::string(bytes)));
}

Result<void> OutputQueue::Stream::write(Rope rope) {
  if (!error && !rope.empty()) {
    lane->size += rope.size();
    lane->entries.push_back({this, rope.size(), std::move(rope)});
    if (lane->entries.size() == 1) {
      queue->flush(*lane, false);
    } else if (watch && lane->entries.front().to != this) {
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
      if (written > 0) stream.lane->last_written = bytes[written - 1];
    } else if (errno == EAGAIN) {
      break;
    } else if (errno != EINTR) {
      fail(stream, errno);  // and with it the bytes may be gone
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
  Lane& lane = *stream.lane;
  if (!lane.is_empty() && lane.entries.front().to == &stream) lane.drop_first();
  std::erase_if(lane.entries, [&](const Entry& entry) {
    if (entry.to != &stream) return false;
    lane.size -= entry.size;
    return true;
  });
  if (&stream == &streams_[0] && is_reader_gone) callbacks_.on_reader_gone();
}

void OutputQueue::on_event(Stream& stream) {
  if (stream.error) return;
  const bool was_full = is_full();
  if (stream.is_pipe && (poll_now(stream.fd) & POLLERR) != 0) fail(stream, EPIPE);
  flush(*stream.lane, was_full);
}

void OutputQueue::release() {
  if (!std::exchange(is_held_, false)) return;
  for (Lane& lane : lanes_) {
    if (!lane.is_empty()) flush(lane, is_full());
  }
}

void OutputQueue::flush(Lane& lane, bool was_full) {
  if (is_held_) return;
  write_turn(lane);
  if (!lane.is_empty()) {
    if (lane.is_blocked) {
      lane.entries.front().to->watch->await(kRoom);
    } else {
      lane.next_turn.request();
    }
  }
  if (was_full && !is_full()) callbacks_.on_room();
}

/// Writes what can be written now, but not too much.
void OutputQueue::write_turn(Lane& lane) {
  lane.is_blocked = false;
  std::size_t left = kTurn;
  while (left > 0 && lane.has_chunk(*this)) {
    Stream& to = *lane.entries.front().to;
    const std::string_view piece = lane.chunk.substr(0, left);
    const std::size_t written = write_now(to, piece);
    if (to.error) continue;  // its entries are gone
    lane.chunk.remove_prefix(written);
    left -= written;
    lane.is_blocked = written < piece.size() && to.watch;
    if (written < piece.size()) return;
  }
}

/// Whether there is something to write; what was read of the first entry and could not be is lost
/// with an error of its stream.
bool OutputQueue::Lane::has_chunk(OutputQueue& queue) {
  while (chunk.empty() && !entries.empty()) {
    Entry& entry = entries.front();
    if (!reader) reader.emplace(std::move(entry.rope));
    Result<std::string_view> next = reader->next();
    size -= entry.size - reader->left();
    entry.size = reader->left();
    if (!next) {
      queue.fail(*entry.to, std::move(next).error());
    } else if (next->empty()) {
      const Stream& to = *entry.to;
      drop_first();
      if (entries.empty() && to.watch) to.watch->await(kErrorsOnly);
    } else {
      chunk = *next;
    }
  }
  return !chunk.empty();
}

void OutputQueue::Lane::drop_first() {
  size -= entries.front().size;
  entries.pop_front();
  reader.reset();
  chunk = {};
}

std::uint64_t OutputQueue::waiting() const {
  return lanes_[0].size + lanes_[0].chunk.size() + lanes_[1].size + lanes_[1].chunk.size();
}

bool OutputQueue::awaits_reader() const {
  const auto is_stuck = [](const Lane& lane) { return lane.is_empty() || lane.is_blocked; };
  return !is_empty() && std::ranges::all_of(lanes_, is_stuck);
}

bool OutputQueue::is_err_in_line() const {
  const char last = streams_[1].lane->last_written;
  return last != '\n' && last != '\r';
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
