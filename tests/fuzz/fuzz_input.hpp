// What all fuzz targets share: an input taken apart, and what must hold of it.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/base/text.hpp"

namespace fanout::fuzz {

/// The bytes of an input: first those that choose, then those that are read.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size)
      : bytes_(reinterpret_cast<const char*>(data), size) {}

  /// The next byte; 0 behind the end.
  unsigned char byte() {
    if (bytes_.empty()) return 0;
    const auto first = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    return first;
  }

  std::string_view rest() const { return bytes_; }

  /// The rest, cut at every unit separator: a byte that means nothing to any of our parsers.
  std::vector<std::string_view> fields() const {
    constexpr char kUnitSeparator = '\x1f';
    std::vector<std::string_view> fields;
    std::string_view rest = bytes_;
    for (;;) {
      const std::size_t end = rest.find(kUnitSeparator);
      fields.push_back(rest.substr(0, end));
      if (end == rest.npos) return fields;
      rest.remove_prefix(end + 1);
    }
  }

 private:
  std::string_view bytes_;
};

/// Ends the process, as fuzzers want it, when something does not hold; shows what it is about.
inline void must(bool holds, std::string_view what, std::initializer_list<std::string_view> about) {
  if (holds) return;
  std::string message = "does not hold: " + std::string(what) + "\n";
  for (const std::string_view text : about) message += "  <" + sanitize(text) + ">\n";
  std::fputs(message.c_str(), stderr);
  std::abort();
}

}  // namespace fanout::fuzz
