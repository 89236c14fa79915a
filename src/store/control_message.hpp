// What is said through the socket of a run, a line of JSON each way. Whatever is not exactly one of
// these messages is none of them.
#pragma once

#include <string>
#include <string_view>

#include "fanout/base/result.hpp"

namespace fanout {

/// To the runner.
struct ControlRequest {
  enum class Wish {
    abort,  ///< end the run: nothing more starts, and with `kills` what runs is ended
    wait,   ///< leave the connection open until the run is over
  };
  Wish wish = Wish::abort;
  bool kills = false;

  bool operator==(const ControlRequest&) const = default;
};

/// From it.
struct ControlAnswer {
  bool is_obeyed = true;
  bool has_changed = false;  ///< what was asked for was not so before
  std::string error;         ///< why it was not obeyed

  bool operator==(const ControlAnswer&) const = default;
};

/// Without a newline at its end.
std::string line_of(const ControlRequest& request);
std::string line_of(const ControlAnswer& answer);

/// The line comes from outside and may be anything; the error is a clause.
Result<ControlRequest> parse_request(std::string_view line);
Result<ControlAnswer> parse_answer(std::string_view line);

}  // namespace fanout
