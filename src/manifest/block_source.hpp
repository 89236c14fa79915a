// The jobs of `map --pipe`: one command, and for each job a block of the input. Each is a copy of a
// prototype with its own index and block.
#pragma once

#include <cstdint>
#include <memory>

#include "fanout/job.hpp"
#include "fanout/source.hpp"
#include "manifest/block_reader.hpp"

namespace fanout {

class BlockSource : public JobSource {
 public:
  BlockSource(std::shared_ptr<BlockReader> blocks, StdinBlock::Supply supply, JobSpec prototype);

  NextJob next() override;
  void stop_reading() override { blocks_->stop(); }

 private:
  std::shared_ptr<BlockReader> blocks_;
  StdinBlock::Supply supply_;
  JobSpec prototype_;
  std::uint64_t next_index_ = 0;
};

}  // namespace fanout
