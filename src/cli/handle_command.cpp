#include "cli/handle_command.hpp"

#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/messages.hpp"

namespace fanout {

int refuse(const Error& error) {
  return static_cast<int>(report(error));
}

int answer(CommandSet command, const Words& words, int (*carry_out)(const TypedOptions& typed)) {
  const Result<TypedOptions> typed = parse_options(command, WordPlace::anywhere, words.arguments);
  if (!typed) return refuse(typed.error());
  if (typed->has("help")) return static_cast<int>(print(command_help(command)));
  return carry_out(*typed);
}

}  // namespace fanout
