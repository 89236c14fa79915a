#include "os/pipe_reader.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "os/event_loop_internals.hpp"

namespace fanout {

struct PipeReader::State : std::enable_shared_from_this<State> {
  State(EventLoop& event_loop, Callbacks functions)
      : loop(event_loop),
        descriptor(event_loop.internals().executor()),
        callbacks(std::move(functions)) {}

  void arm() {
    if (is_paused || std::exchange(is_armed, true)) return;
    descriptor.async_wait(LoopDescriptor::wait_read,
                          [self = shared_from_this()](const boost::system::error_code& error) {
                            self->is_armed = false;
                            const bool is_open = self->descriptor.is_open();
                            if (!error && is_open && !self->is_paused) self->on_readable();
                          });
  }

  void on_readable();
  ssize_t read_chunk(std::size_t limit);
  void close();

  EventLoop& loop;
  LoopDescriptor descriptor;
  Callbacks callbacks;
  bool is_armed = false;
  bool is_paused = false;
};

ssize_t PipeReader::State::read_chunk(std::size_t limit) {
  auto& buffer = loop.internals().buffer;
  const ssize_t count =
      ::read(descriptor.native_handle(), buffer.data(), std::min(limit, buffer.size()));
  if (count > 0) callbacks.on_bytes({buffer.data(), static_cast<std::size_t>(count)});
  return count;
}

void PipeReader::State::on_readable() {
  const std::size_t all = loop.internals().buffer.size();
  ssize_t count = read_chunk(all);
  // A full buffer says that there is probably more; but one loud child must not starve the others.
  if (static_cast<std::size_t>(count) == all && !is_paused) count = read_chunk(all);
  if (count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR))) {
    return arm();
  }
  close();
  // Moved out first: it may destroy the reader, and with it the function.
  std::exchange(callbacks.on_end, nullptr)();
}

void PipeReader::State::close() {
  // Deregisters before it closes: a child between vfork and exec may still hold the pipe, and with
  // it the registration.
  boost::system::error_code ignored;
  descriptor.close(ignored);
}

PipeReader::PipeReader(std::shared_ptr<State> state) : state_(std::move(state)) {}

PipeReader::PipeReader(PipeReader&&) noexcept = default;

PipeReader::~PipeReader() {
  if (state_) state_->close();
}

OrFailure<PipeReader> PipeReader::open(EventLoop& loop, Fd pipe, Callbacks callbacks) {
  auto state = std::make_shared<State>(loop, std::move(callbacks));
  const int error_number = watch(loop, state->descriptor, std::move(pipe));
  if (error_number != 0) return SystemFailure{"epoll_ctl", "", error_number};
  state->arm();
  return PipeReader(std::move(state));
}

void PipeReader::pause() {
  state_->is_paused = true;
}

void PipeReader::resume() {
  state_->is_paused = false;
  if (state_->descriptor.is_open()) state_->arm();
}

bool PipeReader::try_to_end() {
  constexpr int kChunks = 16;  // as much as any pipe holds; who writes on is not at an end
  const std::size_t all = state_->loop.internals().buffer.size();
  for (int i = 0; i < kChunks; ++i) {
    const ssize_t count = state_->read_chunk(all);
    if (count == 0) {
      state_->close();
      return true;
    }
    if (count < 0 && errno != EINTR) return false;
  }
  return false;
}

void PipeReader::finish() {
  if (!state_->descriptor.is_open()) return;
  int available = 0;
  ::ioctl(state_->descriptor.native_handle(), FIONREAD, &available);
  while (available > 0) {
    const ssize_t count = state_->read_chunk(static_cast<std::size_t>(available));
    if (count <= 0) break;
    available -= static_cast<int>(count);
  }
  state_->close();
}

}  // namespace fanout
