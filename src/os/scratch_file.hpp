// Scratch on one file without a name in $TMPDIR or /tmp, made with the first block. Only this user
// can read it, and it is gone with the process however that ends.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fanout/base/bytes.hpp"
#include "os/fd.hpp"

namespace fanout {

class ScratchFile : public Scratch {
 public:
  ScratchFile();

  Result<Block> take() override;
  void give_back(Block block) override;
  Result<void> write(Block block, std::size_t offset, std::string_view bytes) override;
  Result<void> read(Block block, std::size_t offset, std::span<char> into) override;

 private:
  Result<void> open();

  // Holds the place of the file's descriptor: when outputs have grown large, jobs may have taken
  // all others.
  Fd place_;
  Fd file_;
  std::vector<Block> free_;   // with room on the disk
  std::vector<Block> holes_;  // without
  Block next_ = 0;
  std::uint64_t most_ = 0;  // blocks that the file may have
};

}  // namespace fanout
