#include "cli/run_handle.hpp"

#include "cli/messages.hpp"
#include "fanout/base/text.hpp"

namespace fanout {

Result<RunDirectory> run_of(const TypedOptions& typed, const std::string& command) {
  if (typed.words.empty()) {
    return usage_error(command + " needs the handle of a run: \"fanout list\" shows all");
  }
  if (typed.words.size() > 1) {
    return usage_error(command + " takes one handle, but " + in_quotes(typed.words[1]) +
                       " follows it");
  }
  const Result<RunDirectories> runs = RunDirectories::of_this_user();
  if (!runs) return runs.error();
  return runs->find(typed.words.front());
}

int tell_handle(const RunDirectory& run) {
  const ExitCode code = print(run.handle() + "\n");
  // Nobody knows its name, but it is there.
  if (code != ExitCode::success) complain("run " + in_quotes(run.handle()) + " goes on");
  return static_cast<int>(code);
}

}  // namespace fanout
