// The three descriptors every process is started with, or should be.
#pragma once

namespace fanout {

inline constexpr int kStandardInput = 0;
inline constexpr int kStandardOutput = 1;
inline constexpr int kStandardError = 2;

/// A standard descriptor that we were started without (`>&-`) is taken by one that refuses
/// everything, so that no file opened later gets its number and is written to by mistake.
void keep_standard_streams_apart();

}  // namespace fanout
