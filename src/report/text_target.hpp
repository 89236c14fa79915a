// One of the two streams of the jobs' own text: goes on without it after an error.
#pragma once

#include <optional>
#include <string_view>

#include "fanout/base/bytes.hpp"

namespace fanout {

class TextTarget : public ByteWriter {
 public:
  /// `to` must outlive this.
  explicit TextTarget(ByteWriter& to) : to_(to) {}

  Result<void> write(std::string_view bytes) override;
  Result<void> write(Rope rope) override;

  /// From now on nothing more is written.
  Result<void> keep_error(Result<void> written);

  const std::optional<Error>& error() const { return error_; }
  bool is_reader_gone() const { return error_ && error_->kind == ErrorKind::reader_gone; }

 private:
  ByteWriter& to_;
  std::optional<Error> error_;
};

/// Whether there is no sense in going on: both have failed, or nobody reads one of them.
bool are_over(const TextTarget& out, const TextTarget& err);

/// The error of the one or the other.
Result<void> errors_of(const TextTarget& out, const TextTarget& err);

}  // namespace fanout
