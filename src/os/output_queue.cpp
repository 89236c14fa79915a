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

}  // namespace

Result<std::unique_ptr<OutputQueue>> OutputQueue::open(EventLoop& loop, Callbacks callbacks) {
  std::unique_ptr<OutputQueue> queue(new OutputQueue(std::move(callbacks)));
  auto& [out, err] = queue->streams_;
  Result<void> opened = queue->open_stream(loop, out, kStandardOutput, "standard output");
  if (opened) opened = queue->open_stream(loop, err, kStandardError, "standard error");
  if (!opened) return std::move(opened).error();
  return queue;
}

Result<void> OutputQueue::open_stream(EventLoop& loop, Stream& stream, int fd, std::string name) {
  stream.queue = this;
  stream.fd = fd;
  stream.name = std::move(name);
  stream.is_pipe = is_pipe_descriptor(fd);
  auto watch = SharedWatch::open(loop, fd, stream.name, [this, &stream] { on_event(stream); });
  if (!watch) return std::move(watch).error();
  if ((*watch)->can_wait()) stream.watch = std::move(*watch);
  return {};
}

Result<void> OutputQueue::Stream::write(std::string_view bytes) {
  if (!error) {
    const std::size_t now = queue->is_empty() ? queue->write_now(*this, bytes) : 0;
    if (!error && now < bytes.size()) {
      queue->chunks_.push_back({this, std::string(bytes.substr(now)), 0});
      queue->size_ += bytes.size() - now;
    }
    // Also when all was written: a reader that goes away is noticed at once.
    if (!error && watch) watch->await(queue->is_empty() ? kErrorsOnly : kRoom);
  }
  if (!error) return {};
  is_told = true;
  return *error;
}

std::size_t OutputQueue::write_now(Stream& stream, std::string_view bytes) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    if (stream.watch && poll_now(stream.fd) == 0) break;
    const std::size_t rest = bytes.size() - written;
    const std::size_t most = stream.watch ? room_in(stream.fd) : rest;
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
  stream.error = std::move(error);
  const bool was_full = is_full();
  std::erase_if(chunks_, [&](const Chunk& chunk) {
    if (chunk.to != &stream) return false;
    size_ -= chunk.bytes.size() - chunk.written;
    return true;
  });
  if (&stream == &streams_[0] && error_number == EPIPE) callbacks_.on_reader_gone();
  if (was_full && !is_full()) callbacks_.on_room();
}

void OutputQueue::on_event(Stream& stream) {
  if (stream.error) return;
  if (stream.is_pipe && (poll_now(stream.fd) & POLLERR) != 0) fail(stream, EPIPE);
  flush();
}

void OutputQueue::flush() {
  const bool was_full = is_full();
  while (!chunks_.empty()) {
    Stream& to = *chunks_.front().to;
    Chunk& chunk = chunks_.front();
    const std::size_t written = write_now(to, std::string_view(chunk.bytes).substr(chunk.written));
    if (to.error) continue;  // its chunks are gone
    size_ -= written;
    chunk.written += written;
    if (chunk.written < chunk.bytes.size()) {
      to.watch->await(kRoom);
      break;
    }
    chunks_.pop_front();
    if (chunks_.empty() && to.watch) to.watch->await(kErrorsOnly);
  }
  if (was_full && !is_full()) callbacks_.on_room();
}

std::vector<Error> OutputQueue::untold_errors() const {
  std::vector<Error> errors;
  for (const Stream& stream : streams_) {
    // That nobody reads what is said to people ends nothing.
    const bool matters = stream.fd == kStandardOutput ||
                         (stream.error && stream.error->kind != ErrorKind::reader_gone);
    if (stream.error && !stream.is_told && matters) errors.push_back(*stream.error);
  }
  return errors;
}

}  // namespace fanout
