#include "cli/schema_command.hpp"

#include <array>

#include "cli/help.hpp"
#include "cli/messages.hpp"
#include "cli/schema_texts.hpp"
#include "cli/typed_options.hpp"
#include "fanout/base/text.hpp"

namespace fanout {

ExitCode schema_command(const Words& words) {
  constexpr std::array<std::string_view, 2> kFormats{"manifest", "result"};
  if (words.arguments.size() == 1) {
    const std::string& format = words.arguments.front();
    if (format == "manifest") return print(manifest_schema());
    if (format == "result") return print(result_schema());
    if (format == "-h" || format == "--help") return print(command_help(CommandSet::none));
    return report(usage_error("no schema \"" + format + "\": expected " + one_of(kFormats) +
                              did_you_mean(format, kFormats)));
  }
  return report(usage_error("schema needs one word: " + one_of(kFormats)));
}

}  // namespace fanout
