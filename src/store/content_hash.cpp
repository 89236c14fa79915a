#include "store/content_hash.hpp"

#include <bit>
#include <cstddef>
#include <cstring>

namespace fanout {
namespace {

constexpr std::uint64_t kFirst = 0x87c37b91114253d5U;
constexpr std::uint64_t kSecond = 0x4cf5ad432745937fU;

/// Up to eight bytes, the lowest first.
std::uint64_t load(std::string_view bytes) {
  std::uint64_t number = 0;
  if (std::endian::native == std::endian::little && bytes.size() == sizeof number) {
    std::memcpy(&number, bytes.data(), sizeof number);
    return number;
  }
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    number |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return number;
}

std::uint64_t scramble_first(std::uint64_t k) {
  return std::rotl(k * kFirst, 31) * kSecond;
}

std::uint64_t scramble_second(std::uint64_t k) {
  return std::rotl(k * kSecond, 33) * kFirst;
}

std::uint64_t finish(std::uint64_t k) {
  k = (k ^ (k >> 33)) * 0xff51afd7ed558ccdU;
  k = (k ^ (k >> 33)) * 0xc4ceb9fe1a85ec53U;
  return k ^ (k >> 33);
}

}  // namespace

ContentHash content_hash(std::string_view bytes) {
  const std::uint64_t size = bytes.size();
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  for (; bytes.size() >= 16; bytes.remove_prefix(16)) {
    a = (std::rotl(a ^ scramble_first(load(bytes.substr(0, 8))), 27) + b) * 5 + 0x52dce729;
    b = (std::rotl(b ^ scramble_second(load(bytes.substr(8, 8))), 31) + a) * 5 + 0x38495ab5;
  }
  if (bytes.size() > 8) b ^= scramble_second(load(bytes.substr(8)));
  a ^= scramble_first(load(bytes.substr(0, 8)));
  a ^= size;
  b ^= size;
  a += b;
  b += a;
  a = finish(a);
  b = finish(b);
  a += b;
  b += a;
  return {a, b};
}

}  // namespace fanout
