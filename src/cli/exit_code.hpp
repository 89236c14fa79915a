// The exit codes of fanout: one enum, documented in fanout(1), merged by one function.
#pragma once

#include <algorithm>

#include "fanout/base/result.hpp"

namespace fanout {

/// In rising strength: of several reasons the strongest decides.
enum class ExitCode {
  success = 0,
  job_failed = 1,     ///< some job did not succeed
  usage = 2,          ///< wrong command line or manifest
  output_failed = 3,  ///< results could not be written
  not_possible = 4,   ///< the run could not be carried out
};

constexpr ExitCode stronger(ExitCode a, ExitCode b) {
  return std::max(a, b);
}

constexpr ExitCode exit_code_for(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage: return ExitCode::usage;
    case ErrorKind::system: return ExitCode::not_possible;
    case ErrorKind::output:
    case ErrorKind::reader_gone: return ExitCode::output_failed;
  }
  return ExitCode::not_possible;
}

}  // namespace fanout
