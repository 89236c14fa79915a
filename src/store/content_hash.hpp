// MurmurHash3 (Austin Appleby, public domain), its variant of 128 bits for 64-bit machines: tells
// contents apart that nobody made to collide.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace fanout {

using ContentHash = std::array<std::uint64_t, 2>;

/// The same on every machine.
ContentHash content_hash(std::string_view bytes);

}  // namespace fanout
