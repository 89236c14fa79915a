#include "os/input_pipe.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string>
#include <utility>

#include "os/event_loop_internals.hpp"

namespace fanout {
namespace {

constexpr std::size_t kUsualCapacity = 65536;  // pipe(7)

/// Refused (too many pages are in pipes), it stays as it is.
std::size_t set_capacity(int pipe, std::size_t wanted) {
  constexpr std::size_t kMost = std::size_t{1} << 20;  // what anybody may ask for
  ::fcntl(pipe, F_SETPIPE_SZ, static_cast<int>(std::clamp<std::size_t>(wanted, PIPE_BUF, kMost)));
  const int size = ::fcntl(pipe, F_GETPIPE_SZ);
  return size > 0 ? static_cast<std::size_t>(size) : kUsualCapacity;
}

}  // namespace

struct InputPipe::State : std::enable_shared_from_this<State> {
  State(EventLoop& loop, std::function<void()> callback)
      : writer(loop.internals().executor()), on_room(std::move(callback)) {}

  void await_room() {
    if (std::exchange(is_armed, true)) return;
    writer.async_wait(LoopDescriptor::wait_write,
                      [self = shared_from_this()](const boost::system::error_code& error) {
                        self->is_armed = false;
                        if (!error && self->writer.is_open()) self->on_room();
                      });
  }

  // Deregisters before it closes, as a PipeReader does.
  void close() {
    boost::system::error_code ignored;
    writer.close(ignored);
  }

  Fd reader;
  LoopDescriptor writer;
  std::function<void()> on_room;
  std::size_t capacity = kUsualCapacity;
  bool is_armed = false;
};

OrFailure<InputPipe> InputPipe::open(EventLoop& loop, std::size_t capacity,
                                     std::function<void()> on_room) {
  auto opened = open_pipe();
  if (auto* failure = std::get_if<SystemFailure>(&opened)) return std::move(*failure);
  auto& pipe = std::get<Pipe>(opened);
  auto state = std::make_shared<State>(loop, std::move(on_room));
  state->capacity = set_capacity(pipe.writer.get(), capacity);
  state->reader = std::move(pipe.reader);
  // The two ends are two descriptions: the child's still waits where ours does not.
  if (::fcntl(pipe.writer.get(), F_SETFL, O_NONBLOCK) != 0) {
    return SystemFailure{"fcntl", "", errno};
  }
  if (const int error_number = watch(loop, state->writer, std::move(pipe.writer));
      error_number != 0) {
    return SystemFailure{"epoll_ctl", "", error_number};
  }
  return InputPipe(std::move(state));
}

InputPipe::InputPipe(std::shared_ptr<State> state) : state_(std::move(state)) {}

InputPipe::InputPipe(InputPipe&&) noexcept = default;

InputPipe::~InputPipe() {
  if (state_) state_->close();
}

int InputPipe::reading_end() const {
  return state_->reader.get();
}

std::size_t InputPipe::capacity() const {
  return state_->capacity;
}

std::size_t InputPipe::write(std::string_view bytes) {
  ssize_t count = 0;
  do {
    count = ::write(state_->writer.native_handle(), bytes.data(), bytes.size());
  } while (count < 0 && errno == EINTR);
  // We read it ourselves, so nothing but a lack of room can be wrong.
  return count > 0 ? static_cast<std::size_t>(count) : 0;
}

void InputPipe::await_room() {
  state_->await_room();
}

void InputPipe::close() {
  state_->close();
}

std::uint64_t InputPipe::take_back() {
  close();
  // All of it in one call: nobody comes in between.
  std::string buffer(state_->capacity, '\0');
  std::uint64_t total = 0;
  // And as nobody writes any more, this ends and never waits.
  for (;;) {
    const ssize_t count = ::read(state_->reader.get(), buffer.data(), buffer.size());
    if (count > 0) total += static_cast<std::uint64_t>(count);
    if (count == 0 || (count < 0 && errno != EINTR)) break;
  }
  state_->reader.close();
  return total;
}

}  // namespace fanout
