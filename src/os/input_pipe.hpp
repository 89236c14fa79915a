// The pipe behind a child's standard input, written through the loop and never waited for. Its
// reading end is kept here as well, so that in the end it can be told what nobody has read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "os/event_loop.hpp"
#include "os/fd.hpp"

namespace fanout {

class InputPipe {
 public:
  /// It holds about `capacity` bytes, at least a page, or what the system allows. `on_room` is
  /// called from the loop, once after each await_room(); it may not destroy the pipe.
  static OrFailure<InputPipe> open(EventLoop& loop, std::size_t capacity,
                                   std::function<void()> on_room);

  InputPipe(InputPipe&&) noexcept;
  InputPipe& operator=(InputPipe&&) = delete;
  ~InputPipe();

  /// For the child; borrowed.
  int reading_end() const;
  /// So many bytes at most were written and not read.
  std::size_t capacity() const;

  /// How many of the bytes it takes now. Precondition: not closed.
  std::size_t write(std::string_view bytes);
  void await_room();

  /// Whoever reads comes to the end after what is in it.
  void close();

  /// Closes it, takes out what nobody has read, and says how many bytes that was. Whoever still
  /// reads gets none of them.
  std::uint64_t take_back();

 private:
  struct State;
  explicit InputPipe(std::shared_ptr<State> state);

  std::shared_ptr<State> state_;
};

}  // namespace fanout
