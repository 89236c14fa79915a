// Outputs as a capture makes them.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/fake_scratch.hpp"
#include "exec/tail_capture.hpp"
#include "fanout/output.hpp"

namespace fanout {

/// For outputs that are small enough to stay in memory.
inline BlobStore& memory_store() {
  static NoScratch scratch;
  static BlobStore store(scratch);
  return store;
}

inline Output make_output(std::string_view said, std::optional<std::uint64_t> limit = std::nullopt,
                          BlobStore& store = memory_store()) {
  TailCapture capture(store, {limit});
  if (!said.empty()) capture.append(said);
  return capture.take();
}

inline std::string bytes_of(const Output& output) {
  const Result<std::string> bytes = output.bytes();
  REQUIRE(bytes);
  return *bytes;
}

}  // namespace fanout
