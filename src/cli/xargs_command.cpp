#include "cli/xargs_command.hpp"

#include <clocale>
#include <variant>

#include "cli/errno_text.hpp"
#include "cli/execute_xargs.hpp"
#include "cli/xargs_help.hpp"
#include "fanout/base/overloaded.hpp"
#include "os/exec_limits.hpp"
#include "os/fd_writer.hpp"
#include "os/standard_streams.hpp"

namespace fanout {
namespace {

ArgumentSpace argument_space() {
  const ExecLimits limits = exec_limits();
  return {limits.arg_max, limits.environment_bytes, limits.environment_entries};
}

int print(const std::string& text, XargsNotes& notes) {
  FdWriter out(kStandardOutput, "standard output");
  const Result<void> written = out.write(text);
  if (written) return 0;
  notes.say("write error: " + errno_text(written.error()));
  return 1;
}

}  // namespace

bool is_xargs_name(const std::string& program) {
  const std::size_t slash = program.rfind('/');
  return program.substr(slash == program.npos ? 0 : slash + 1) == "xargs";
}

int xargs_command(const std::string& program, const Words& words) {
  std::setlocale(LC_CTYPE, "");  // which characters can be printed
  FdWriter err(kStandardError, "standard error");
  XargsNotes notes(err, program);
  const ArgumentSpace space = argument_space();
  const XargsRequest request = parse_xargs(words.arguments, space, notes);
  return std::visit(
      Overloaded{
          [&](const XargsOptions& options) {
            if (options.shows_limits) notes.write(xargs_limits(space, options.max_chars));
            return execute_xargs(options, space, words.command_line, notes);
          },
          [&](const XargsHelp&) { return print(xargs_help(program), notes); },
          [&](const XargsVersion&) { return print("xargs (fanout) " FANOUT_VERSION "\n", notes); },
          [](const XargsRefusal&) { return 1; },
      },
      request);
}

std::string xargs_option_table() {
  std::string table;
  for (const XargsOptionSpec& option : xargs_options()) {
    using Value = XargsOptionSpec::Value;
    table += std::string("xargs\t") + (option.letter == 0 ? '-' : option.letter) + '\t' +
             (option.name.empty() ? "-" : std::string(option.name)) + '\t' +
             (option.value == Value::none     ? "-"
              : option.value == Value::needed ? "VALUE"
                                              : "[VALUE]") +
             '\n';
  }
  return table;
}

}  // namespace fanout
