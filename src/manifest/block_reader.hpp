// Reads an input as blocks of whole records. Holds what is unread of one block, and no more is read
// than is asked for.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fanout/base/bytes.hpp"
#include "fanout/block.hpp"
#include "manifest/record_splitter.hpp"

namespace fanout {

class BlockReader : public BlockLender {
 public:
  /// `file` is the input's name where others can read it again, else null.
  BlockReader(std::unique_ptr<ByteSource> bytes, const RecordBorder& border, BlockLimit limit,
              std::shared_ptr<const std::string> file);

  /// The next block, for a job of its own. While blocks are lent that may come back, it does not
  /// end. An Error is final.
  NextBlock next();

  NextBlock lend() override;
  void settle(std::size_t count, std::vector<std::shared_ptr<Block>> untouched) override;

  /// A source that might never end gives only what it has read, and no more is lent.
  void stop();

 private:
  NextBlock cut();
  std::shared_ptr<Block> take(std::size_t size);
  Result<ByteSource::State> fill();

  std::unique_ptr<ByteSource> source_;
  RecordSplitter splitter_;
  std::size_t usual_size_;  // of a full buffer
  std::shared_ptr<const std::string> file_;
  std::string buffer_;
  std::size_t begin_ = 0;     // what lies before it was taken
  std::uint64_t offset_ = 0;  // of what comes next, in the input
  std::deque<std::shared_ptr<Block>> returned_;
  std::size_t lent_ = 0;
  bool is_ended_ = false;
  bool is_stopped_ = false;
  std::optional<Error> failure_;
};

}  // namespace fanout
