// Writes results to a descriptor that somebody else owns, all of them or with a reason why not.
// SIGPIPE must be ignored (SignalWatch does that).
#pragma once

#include <string>

#include "fanout/base/bytes.hpp"

namespace fanout {

class FdWriter : public ByteWriter {
 public:
  /// `name` is for messages: "standard output".
  FdWriter(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}

  using ByteWriter::write;
  Result<void> write(std::string_view bytes) override;

 private:
  int fd_;
  std::string name_;
};

}  // namespace fanout
