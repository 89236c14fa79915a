// What the system said, without our own words in front of it.
#pragma once

#include <string>

#include "fanout/base/result.hpp"

namespace fanout {

/// "No such file or directory" of `open "jobs": No such file or directory`.
inline std::string errno_text(const Error& error) {
  const std::size_t colon = error.message.rfind(": ");
  return colon == error.message.npos ? error.message : error.message.substr(colon + 2);
}

}  // namespace fanout
