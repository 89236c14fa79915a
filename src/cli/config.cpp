#include "cli/config.hpp"

#include <algorithm>

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

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Result<void> apply_options(Settings& settings, const TypedOptions& typed) {
  if (typed.has("fail-fast") && typed.has("on-failure")) {
    return usage_error("--fail-fast is --on-failure kill: give one of them");
  }
  for (const auto& [option, values] : typed.options) {
    const std::string setting = setting_of(option);
    if (!is_setting(setting)) continue;
    const std::string text = values.empty() ? "true" : values.back();
    if (Result<void> done = apply_option(settings, setting, text); !done) {
      return about(option, done.error());
    }
  }
  if (typed.has("no-placeholders")) settings.placeholders = false;
  return {};
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
  if (text.size() == 1) return text.front();
  if (text.size() == 2 && text.front() == '\\') {
    switch (text[1]) {
      case 'n': return '\n';
      case 't': return '\t';
      case 'r': return '\r';
      case '0': return '\0';
      case '\\': return '\\';
      default: break;
    }
  }
  if (text.size() == 4 && text.starts_with("\\x")) {
    const int high = hex_digit(text[2]);
    const int low = hex_digit(text[3]);
    if (high >= 0 && low >= 0) return static_cast<char>(high * 16 + low);
  }
  return usage_error("--delimiter: \"" + sanitize(text) +
                     "\" is not one character; expected one, or \\n, \\t, \\r, \\0, \\\\ or \\xHH");
}

Result<Controls> controls_of(const TypedOptions& typed, const Settings& settings) {
  if (!typed.has("raw")) return Controls::visible;
  if (settings.output == OutputForm::text) return Controls::raw;
  return usage_error("--raw is about the control characters of -o text, and there is none");
}

Order resolve_order(const Settings& settings) {
  if (settings.order != Order::by_form) return settings.order;
  const bool is_stream =
      settings.output == OutputForm::jsonl || settings.output == OutputForm::text;
  return is_stream ? Order::completion : Order::input;
}

}  // namespace fanout
