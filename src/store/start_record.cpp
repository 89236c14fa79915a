#include "store/start_record.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "fanout/base/json_text.hpp"
#include "store/strict_json.hpp"

namespace fanout {
namespace {

using Json = nlohmann::json;

constexpr int kVersion = 1;
constexpr std::pair<StartRecord::Form, std::string_view> kForms[] = {
    {StartRecord::Form::run, "run"},
    {StartRecord::Form::map, "map"},
    {StartRecord::Form::job, "job"},
};

std::string name_of(StartRecord::Form form) {
  for (const auto& [known, name] : kForms) {
    if (known == form) return std::string(name);
  }
  return {};
}

/// Empty when it is no padded base64 (RFC 4648).
std::optional<std::string> from_base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && text.ends_with('=')) {
    text.remove_suffix(1);
    ++padding;
  }
  std::string bytes;
  unsigned bits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t digit = kDigits.find(text[i]);
    if (digit == kDigits.npos) return std::nullopt;
    bits = (bits << 6 | static_cast<unsigned>(digit)) & 0xFFFFFF;
    // Each digit but the first of four completes a byte.
    if (i % 4 != 0) bytes += static_cast<char>(bits >> (6 - 2 * (i % 4)));
  }
  return bytes;
}

/// A word as append_json_word() writes it.
std::optional<std::string> word_of(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  if (!json.is_object() || json.size() != 1 || !json.contains("base64")) return std::nullopt;
  const Json& coded = json.at("base64");
  return coded.is_string() ? from_base64(coded.get<std::string>()) : std::nullopt;
}

bool read_words(const Json& object, const char* key, std::vector<std::string>& into) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) return false;
  for (const Json& item : *found) {
    std::optional<std::string> word = word_of(item);
    if (!word) return false;
    into.push_back(std::move(*word));
  }
  return true;
}

bool read_form(const Json& object, StartRecord::Form& into) {
  const auto found = object.find("form");
  if (found == object.end() || !found->is_string()) return false;
  for (const auto& [form, name] : kForms) {
    if (found->get<std::string>() != name) continue;
    into = form;
    return true;
  }
  return false;
}

}  // namespace

std::string to_json(const StartRecord& record) {
  std::string out = "{\"version\":" + std::to_string(kVersion) + ",\"form\":\"" +
                    name_of(record.form) + "\",\"directory\":";
  append_json_word(out, record.directory);
  out += ",\"arguments\":";
  append_json_words(out, record.arguments);
  out += ",\"command_line\":";
  append_json_words(out, record.command_line);
  return out + "}\n";
}

Result<StartRecord> parse_start_record(std::string_view text) {
  const std::optional<Json> json = read_strict_json(text);
  if (!json || !json->is_object()) return usage_error("it is not JSON");
  const auto version = json->find("version");
  if (version == json->end() || !version->is_number_integer()) {
    return usage_error("it says nothing of its version");
  }
  if (*version != kVersion) {
    return usage_error("it has version " + version->dump() + ", and this fanout reads " +
                       std::to_string(kVersion));
  }
  StartRecord record;
  const auto directory = json->find("directory");
  std::optional<std::string> place;
  if (directory != json->end()) place = word_of(*directory);
  if (!place || !read_form(*json, record.form) ||
      !read_words(*json, "arguments", record.arguments) ||
      !read_words(*json, "command_line", record.command_line)) {
    return usage_error("something in it is missing or of another kind");
  }
  record.directory = *std::move(place);
  return record;
}

}  // namespace fanout
