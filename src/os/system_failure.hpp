// What the operating system refused: the call, the object and the error number, kept apart
// because a job's record tells them apart. It is no Error yet: the caller knows whose it is.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "fanout/base/result.hpp"

namespace fanout {

struct SystemFailure {
  std::string call;
  std::string object;  ///< empty when the call says it all
  int error_number = 0;

  /// `chdir "dir": No such file or directory`.
  std::string message() const { return system_error(call, object, error_number).message; }
};

template <typename T>
using OrFailure = std::variant<T, SystemFailure>;

}  // namespace fanout
