// The standard input of an attempt that takes one block after the other, as it reads. Knows which
// of them nobody has begun to read when the attempt is over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <variant>
#include <vector>

#include "fanout/block.hpp"
#include "fanout/notice.hpp"
#include "os/event_loop.hpp"
#include "os/input_pipe.hpp"

namespace fanout {

class FedInput {
 public:
  /// The first block is its own whatever becomes of it. `on_hungry` is called from the loop when
  /// there is room for a block more.
  static OrFailure<std::unique_ptr<FedInput>> open(EventLoop& loop, std::shared_ptr<Block> first,
                                                   std::function<void(FedInput&)> on_hungry);
  FedInput(const FedInput&) = delete;
  FedInput& operator=(const FedInput&) = delete;

  /// For the child; borrowed.
  int reading_end() const { return pipe_->reading_end(); }

  /// The child runs: the first block is on its way.
  void begin() { write_on(); }
  /// Precondition: it was hungry, and neither given a block nor ended since.
  void give(std::shared_ptr<Block> block);
  /// No more blocks: its input ends behind those it has.
  void end();

  struct Rest {
    InputUse use;
    std::size_t lent = 0;                           ///< blocks that it was given by give()
    std::vector<std::shared_ptr<Block>> untouched;  ///< of these, what nobody has begun to read
  };
  /// The attempt is over: what it left is taken back. Once.
  Rest finish();

 private:
  explicit FedInput(std::function<void(FedInput&)> on_hungry) : on_hungry_(std::move(on_hungry)) {}

  void write_on();
  void on_room();
  void forget_read();

  std::function<void(FedInput&)> on_hungry_;
  std::unique_ptr<InputPipe> pipe_;
  // Whose bytes may not all have been read. Only the last may not be written.
  std::deque<std::shared_ptr<Block>> blocks_;
  std::shared_ptr<Block> first_;
  std::uint64_t held_ = 0;     // bytes of blocks_
  std::size_t unwritten_ = 0;  // bytes of the last
  std::uint64_t given_ = 0;
  std::size_t lent_ = 0;
  bool is_ended_ = false;
};

}  // namespace fanout
