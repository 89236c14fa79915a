// Scratch on a file without a name in $TMPDIR or /tmp, made with the first byte. Only this user
// can read it, and it is gone with the process however that ends.
#pragma once

#include "fanout/base/bytes.hpp"
#include "os/fd.hpp"

namespace fanout {

class ScratchFile : public Scratch {
 public:
  Result<std::uint64_t> append(std::string_view bytes) override;
  Result<std::string> read(std::uint64_t offset, std::size_t size) override;

 private:
  Result<void> open();

  Fd file_;
  std::uint64_t size_ = 0;
};

}  // namespace fanout
