// What the typed options mean: settings and extras. Only here do options become values.
#pragma once

#include <string>

#include "cli/typed_options.hpp"
#include "fanout/base/result.hpp"
#include "fanout/settings.hpp"
#include "fanout/value.hpp"

namespace fanout {

/// Applies every option that is a setting; the error names the option.
Result<void> apply_options(Settings& settings, const TypedOptions& typed);

/// The keyword arguments of --extra KEY=VALUE.
Result<Kwargs> extras_of(const TypedOptions& typed);

/// The character of -d: itself, or an escape such as `\t`, `\0`, `\x1f`.
Result<char> parse_delimiter(const std::string& text);

/// The text of --colsep: one character or more, with the escapes of -d.
Result<std::string> parse_separator(const std::string& text);

/// What contradicts each other: --silent, and an exit code that speaks of the jobs.
Result<void> check_exit_status(const Settings& settings);

/// Options about retries that have no effect, where no job says anything about its own.
Result<void> check_retries(const Settings& settings, const TypedOptions& typed);

/// How an exit code has to speak from the moment on in which the options are known.
ExitStyle exit_style(const TypedOptions& typed);

/// The order in force: what was asked for, or what suits the form.
Order resolve_order(const Settings& settings);

}  // namespace fanout
