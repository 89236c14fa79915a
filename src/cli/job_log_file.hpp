// The file of --joblog. What goes wrong with it names the option.
#pragma once

#include <memory>
#include <string>

#include "cli/typed_options.hpp"
#include "fanout/base/bytes.hpp"
#include "os/fd.hpp"

namespace fanout {

class JobLogFile : public ByteWriter {
 public:
  /// The file that was asked for, emptied; null when none was, or when nothing will run.
  static Result<std::unique_ptr<JobLogFile>> open(const TypedOptions& typed);

  using ByteWriter::write;
  /// At once: what has been written is there whatever becomes of us. Who reads a log is not who
  /// reads the results, so that a reader who has gone is an error like any other.
  Result<void> write(std::string_view bytes) override;

 private:
  JobLogFile(Fd file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

  Fd file_;
  std::string path_;
};

}  // namespace fanout
