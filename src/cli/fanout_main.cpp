
#include <algorithm>

#include "cli/abort_command.hpp"
#include "cli/call_command.hpp"
#include "cli/close_command.hpp"
#include "cli/help.hpp"
#include "cli/main.hpp"
#include "cli/map_command.hpp"
#include "cli/messages.hpp"
#include "cli/options.hpp"
#include "cli/results_command.hpp"
#include "cli/resume_command.hpp"
#include "cli/run_command.hpp"
#include "cli/schema_command.hpp"
#include "cli/start_command.hpp"
#include "cli/status_command.hpp"
#include "cli/wait_command.hpp"
#include "cli/xargs_command.hpp"
#include "fanout/base/text.hpp"
#include "os/signals.hpp"
#include "os/standard_streams.hpp"

namespace fanout {
namespace {

int exit_with(ExitCode code) {
  return static_cast<int>(code);
}

int unknown_command(const std::string& name) {
  std::vector<std::string_view> names;
  std::ranges::transform(commands(), std::back_inserter(names), &CommandSpec::name);
  complain((name.starts_with("-") ? "unknown option \"" : "unknown command \"") + name + "\"" +
           did_you_mean(name, names) + "; see fanout --help");
  return exit_with(ExitCode::usage);
}

}  // namespace

int fanout_main(const std::vector<std::string>& arguments) {
  keep_standard_streams_apart();
  hold_status_requests();
  if (!arguments.empty() && is_xargs_name(arguments.front())) {
    return xargs_command(arguments.front(), {arguments, {arguments.begin() + 1, arguments.end()}});
  }
  if (arguments.size() < 2) {
    complain("a command is missing: run, map, call, xargs or schema; see fanout --help");
    return exit_with(ExitCode::usage);
  }
  const std::string& name = arguments[1];
  const Words words{arguments, {arguments.begin() + 2, arguments.end()}};
  if (name == "run") return run_command(words);
  if (name == "map") return map_command(words);
  if (name == "call") return call_command(words);
  if (name == "xargs") return xargs_command("xargs", words);
  if (name == "start") return start_command(words);
  if (name == "resume") return resume_command(words);
  if (name == "abort") return abort_command(words);
  if (name == "status") return status_command(words);
  if (name == "list") return list_command(words);
  if (name == "results") return results_command(words);
  if (name == "wait") return wait_command(words);
  if (name == "finished") return finished_command(words);
  if (name == "close") return close_command(words);
  if (name == "prune") return prune_command(words);
  if (name == "schema") return exit_with(schema_command(words));
  if (name == "-h" || name == "--help" || name == "help") return exit_with(print(main_help()));
  if (name == "--version") return exit_with(print("fanout " FANOUT_VERSION "\n"));
  if (name == "--option-table") return exit_with(print(option_table() + xargs_option_table()));
  return unknown_command(name);
}

}  // namespace fanout
