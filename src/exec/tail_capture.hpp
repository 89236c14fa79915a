// Keeps what a process says, or the last part of it, and counts all of it. When there is no room
// for more it keeps what it has, goes on counting, and says so.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "fanout/base/blob.hpp"
#include "fanout/base/utf8.hpp"
#include "fanout/output.hpp"

namespace fanout {

struct CaptureOptions {
  std::optional<std::uint64_t> limit;  ///< bytes to keep; empty: all
  bool is_text_asked = true;           ///< whether Output::text_from matters to anybody
};

class TailCapture {
 public:
  /// The store must outlive this and what was taken.
  TailCapture(BlobStore& store, const CaptureOptions& options)
      : store_(store),
        limit_(options.limit.value_or(kNoLimit)),
        is_text_asked_(options.is_text_asked) {}

  void append(std::string_view bytes);
  std::uint64_t total_bytes() const { return total_bytes_; }

  /// Gives away what was kept so far, which may be null. What comes later is kept as before.
  std::shared_ptr<const Blob> take_kept() { return std::move(kept_); }
  /// These came as well, and others have them.
  void count(std::string_view bytes) {
    total_bytes_ += bytes.size();
    kept_until_ += bytes.size();
  }

  /// Gives away what was kept; once.
  Output take();

 private:
  static constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

  std::uint64_t keep(std::string_view bytes);
  void cut(std::uint64_t size);
  std::optional<std::uint64_t> text_start() const;

  BlobStore& store_;
  std::uint64_t limit_;
  bool is_text_asked_;
  std::shared_ptr<Blob> kept_;  // made with the first byte
  std::uint64_t total_bytes_ = 0;
  std::uint64_t kept_until_ = 0;  // of the bytes that came
  Utf8Checker checker_;           // has seen those until there, or enough of them
  std::string failure_;
};

}  // namespace fanout
