// How a detached run was started: enough to start it again (`start.json` in its directory).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fanout/base/result.hpp"

namespace fanout {

struct StartRecord {
  enum class Form {
    run,  ///< the arguments are those of `run`
    map,
    job,  ///< options of `map` and one command, which is run as it stands
  };

  Form form = Form::run;
  std::vector<std::string> arguments;  ///< any bytes
  std::string directory;               ///< in which it was started
  std::vector<std::string> command_line;

  bool operator==(const StartRecord&) const = default;
};

std::string to_json(const StartRecord& record);

/// The text may be damaged; the error is a clause.
Result<StartRecord> parse_start_record(std::string_view text);

}  // namespace fanout
