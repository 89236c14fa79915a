#include "cli/config.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "fanout/base/text.hpp"
#include "manifest/json_text.hpp"

namespace fanout {
namespace {

Error about(std::string_view option, const Error& problem) {
  return {problem.kind, "--" + std::string(option) + ": " + problem.message};
}

std::string setting_of(std::string_view option) {
  std::string name(option);
  std::ranges::replace(name, '-', '_');
  return name;
}

Result<void> apply_option(Settings& settings, const std::string& setting, const std::string& text) {
  if (setting != "replace_failed") return apply_setting(settings, setting, text);
  const Result<std::string> json = compact_json(text);
  if (!json) return usage_error(json.error().message + " (a string needs its own quotes: '\"…\"')");
  return apply_setting(settings, setting, *json);
}

/// Each --limit is added to those before it.
Result<void> apply_limits(Settings& settings, const TypedOptions& typed) {
  const auto given = typed.options.find("limit");
  if (given == typed.options.end()) return {};
  for (const std::string& text : given->second) {
    const Result<void> done = text.empty() ? usage_error("\"\" is not NAME=VALUE")
                                           : apply_setting(settings, "limits", text);
    if (!done) return about("limit", done.error());
  }
  return {};
}

/// Three options say when a run is to end early.
Result<void> check_policies(const TypedOptions& typed) {
  std::vector<std::string> given;
  for (const char* name : {"halt", "on-failure", "fail-fast"}) {
    if (typed.has(name)) given.push_back(std::string("--") + name);
  }
  if (given.size() < 2) return {};
  return usage_error(given[1] + " and " + given[0] +
                     " say when the run is to end: give one of them");
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr std::string_view kEscapes = R"(\n, \t, \r, \0, \\ or \xHH)";

/// Takes the first character off, which may be written as an escape.
std::optional<char> take_character(std::string_view& text) {
  constexpr std::pair<char, char> kMeanings[] = {
      {'n', '\n'}, {'t', '\t'}, {'r', '\r'}, {'0', '\0'}, {'\\', '\\'}};
  if (text.empty()) return std::nullopt;
  const auto take = [&](std::size_t size, char c) {
    text.remove_prefix(size);
    return c;
  };
  // A backslash that is all there is means itself.
  if (text.front() != '\\' || text.size() == 1) return take(1, text.front());
  for (const auto& [letter, meaning] : kMeanings) {
    if (text[1] == letter) return take(2, meaning);
  }
  if (text[1] != 'x' || text.size() < 4) return std::nullopt;
  const int high = hex_digit(text[2]);
  const int low = hex_digit(text[3]);
  if (high < 0 || low < 0) return std::nullopt;
  return take(4, static_cast<char>(high * 16 + low));
}

}  // namespace

Result<void> apply_options(Settings& settings, const TypedOptions& typed) {
  if (Result<void> done = check_policies(typed); !done) return done;
  for (const auto& [option, values] : typed.options) {
    const std::string setting = setting_of(option);
    if (!is_setting(setting)) continue;
    const std::string text = values.empty() ? "true" : values.back();
    if (Result<void> done = apply_option(settings, setting, text); !done) {
      return about(option, done.error());
    }
  }
  if (typed.has("no-placeholders")) settings.placeholders = false;
  return apply_limits(settings, typed);
}

Result<Kwargs> extras_of(const TypedOptions& typed) {
  Kwargs extras;
  const auto given = typed.options.find("extra");
  if (given == typed.options.end()) return extras;
  for (const std::string& text : given->second) {
    const std::size_t equals = text.find('=');
    if (equals == text.npos || equals == 0) {
      return usage_error("--extra: \"" + sanitize(text) + "\" is not KEY=VALUE");
    }
    if (!is_utf8(text.substr(0, equals))) {
      return usage_error("--extra: the key of \"" + sanitize(text) + "\" is not UTF-8");
    }
    extras.set(text.substr(0, equals), Value::of_string(text.substr(equals + 1)));
  }
  return extras;
}

Result<char> parse_delimiter(const std::string& text) {
  std::string_view rest = text;
  const std::optional<char> c = take_character(rest);
  if (c && rest.empty()) return *c;
  return usage_error("--delimiter: " + in_quotes(text) +
                     " is not one character; expected one, or " + std::string(kEscapes));
}

Result<std::string> parse_separator(const std::string& text) {
  if (text.empty()) return usage_error("--colsep: an empty text separates nothing");
  std::string separator;
  for (std::string_view rest = text; !rest.empty();) {
    const std::optional<char> c = take_character(rest);
    if (!c) {
      return usage_error("--colsep: no escape begins " + in_quotes(rest) + "; expected " +
                         std::string(kEscapes));
    }
    separator += *c;
  }
  if (separator.find('\0') == separator.npos) return separator;
  return usage_error("--colsep: no item has a NUL in it (-0 splits at NULs)");
}

Result<void> check_exit_status(const Settings& settings) {
  if (!settings.silent || settings.exit_status == ExitStyle::native) return {};
  return usage_error("--silent keeps the jobs out of the exit code, --exit-status " +
                     std::string(name_of(settings.exit_status)) +
                     " puts them into it: give one of them");
}

Result<void> check_retries(const Settings& settings, const TypedOptions& typed) {
  for (const char* option : {"retry-on", "retry-delay", "backoff", "max-retry-delay", "jitter"}) {
    if (settings.retries == 0 && typed.has(option)) {
      return usage_error("--" + std::string(option) +
                         " is about retries, and there are none; add --retries N");
    }
  }
  const Backoff& backoff = settings.backoff;
  const bool is_growing = backoff.growth == Backoff::Growth::exponential;
  if (backoff.most > Duration::zero() && !is_growing) {
    return usage_error("--max-retry-delay limits a delay that grows; add --backoff exponential");
  }
  if (backoff.delay == Duration::zero() && (is_growing || backoff.has_jitter)) {
    return usage_error(std::string(is_growing ? "--backoff exponential" : "--jitter") +
                       " changes a delay, and there is none; add --retry-delay DURATION");
  }
  return {};
}

ExitStyle exit_style(const TypedOptions& typed) {
  Settings settings;
  const std::string* style = typed.value("exit-status");
  if (style != nullptr) static_cast<void>(apply_setting(settings, "exit_status", *style));
  return settings.exit_status;
}

Order resolve_order(const Settings& settings) {
  if (settings.order != Order::by_form) return settings.order;
  const bool is_stream =
      settings.output == OutputForm::jsonl || settings.output == OutputForm::text;
  return is_stream ? Order::completion : Order::input;
}

}  // namespace fanout
