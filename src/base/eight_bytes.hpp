// Eight bytes of a text as one number, to test them all at once. A test marks a byte by its highest
// bit; which byte of the number comes first in the text is known here only.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace fanout {

constexpr std::uint64_t in_each_byte(unsigned char c) {
  return 0x0101010101010101U * c;
}

constexpr std::uint64_t kHighBits = in_each_byte(0x80);

/// Precondition: there are eight.
inline std::uint64_t load_eight(const char* bytes) {
  std::uint64_t eight = 0;
  std::memcpy(&eight, bytes, sizeof eight);
  return eight;
}

/// The place of the first byte that is marked, or 8. Precondition: no bit but marks is set.
constexpr std::size_t first_marked(std::uint64_t marks) {
  constexpr bool is_first_lowest = std::endian::native == std::endian::little;
  return static_cast<std::size_t>(is_first_lowest ? std::countr_zero(marks)
                                                  : std::countl_zero(marks)) /
         8;
}

}  // namespace fanout
