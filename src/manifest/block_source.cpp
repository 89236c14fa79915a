#include "manifest/block_source.hpp"

#include <utility>

#include "fanout/base/overloaded.hpp"

namespace fanout {

BlockSource::BlockSource(std::shared_ptr<BlockReader> blocks, StdinBlock::Supply supply,
                         JobSpec prototype)
    : blocks_(std::move(blocks)), supply_(supply), prototype_(std::move(prototype)) {}

NextJob BlockSource::next() {
  NextBlock next = blocks_->next();
  return std::visit(Overloaded{
                        [&](std::shared_ptr<Block>& block) -> NextJob {
                          JobSpec job = prototype_;
                          job.index.value = next_index_++;
                          job.input = StdinBlock{std::move(block), supply_};
                          return job;
                        },
                        [](NoBlockYet) -> NextJob { return NotYet{}; },
                        [](EndOfBlocks) -> NextJob { return EndOfJobs{}; },
                        [](Error& error) -> NextJob { return std::move(error); },
                    },
                    next);
}

}  // namespace fanout
