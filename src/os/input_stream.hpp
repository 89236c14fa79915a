// Standard input or a file, read as it is wanted. Leaves the descriptor's flags alone, because
// others share them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "os/fd.hpp"
#include "os/live_input.hpp"
#include "os/shared_watch.hpp"

namespace fanout {

class InputStream : public LiveInput {
 public:
  /// `path` is a file, or `-` for standard input. The error is of kind usage.
  static Result<std::unique_ptr<InputStream>> open(const std::string& path);

  InputStream(Fd file, std::string name);

  Result<void> attach(EventLoop& loop, std::function<void()> on_ready) override;
  bool is_regular_file() const override { return kind_ == Kind::regular_file; }

  /// The last so many bytes were not wanted: where that is possible, whoever shares the file reads
  /// them.
  void give_back(std::uint64_t bytes);

  Result<State> read(std::string& into) override;
  void stop() override;

 private:
  enum class Kind { regular_file, stream };

  bool is_readable_now() const;
  State not_yet();
  Error failure() const;

  Fd file_;
  std::string name_;
  Kind kind_ = Kind::stream;
  bool is_stopped_ = false;
  std::unique_ptr<SharedWatch> watch_;
};

}  // namespace fanout
