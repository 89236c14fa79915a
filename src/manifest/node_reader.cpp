#include "manifest/node_reader.hpp"

#include <algorithm>
#include <utility>

#include "manifest/json_text.hpp"

namespace fanout {
namespace {

constexpr std::size_t kShownBytes = 60;

std::string found(const JsonNode& node) {
  switch (node.kind) {
    case JsonNode::Kind::null: return "null";
    case JsonNode::Kind::boolean: return node.text;
    case JsonNode::Kind::number: return "the number " + sanitize_short(node.text, kShownBytes);
    case JsonNode::Kind::string: return quoted_name(node.text);
    case JsonNode::Kind::array: return "an array";
    case JsonNode::Kind::object: return "an object";
  }
  return {};
}

bool is_text(const JsonNode& node) {
  return node.kind == JsonNode::Kind::string || node.kind == JsonNode::Kind::number;
}

}  // namespace

std::string quoted_name(std::string_view name) {
  return '"' + sanitize_short(name, kShownBytes) + '"';
}

void NodeReader::refuse(std::size_t offset, const std::string& message) {
  if (!error_) error_ = locator_->error(offset, message);
}

void NodeReader::refuse_kind(const JsonNode& node, std::string_view expected) {
  refuse(node.offset, "expected " + std::string(expected) + ", but found " + found(node));
}

void NodeReader::refuse_nul(const JsonNode& node, std::string_view what) {
  if (node.kind == JsonNode::Kind::string && node.text.find('\0') != std::string::npos) {
    refuse(node.offset, std::string(what) + " cannot contain a NUL");
  }
}

bool NodeReader::flag(const JsonNode& node) {
  if (node.kind != JsonNode::Kind::boolean) refuse_kind(node, "true or false");
  return node.text == "true";
}

std::string NodeReader::string(const JsonNode& node, std::string_view expected) {
  if (node.kind != JsonNode::Kind::string) refuse_kind(node, expected);
  refuse_nul(node, expected);
  return node.text;
}

std::vector<std::string> NodeReader::strings(const JsonNode& node, std::string_view expected) {
  if (node.kind != JsonNode::Kind::array) refuse_kind(node, expected);
  std::vector<std::string> texts;
  for (const JsonNode& item : node.items) texts.push_back(string(item, "a string"));
  return texts;
}

std::string NodeReader::setting(const JsonMember& member, Settings& scratch) {
  std::string text;
  if (member.key == "limits") return limits(member, scratch);
  if (member.key == "replace_failed") {
    append_json(text, to_value(member.value, text_));
  } else if (is_text(member.value) || member.value.kind == JsonNode::Kind::boolean) {
    text = member.value.text;
  } else {
    refuse_kind(member.value, "a string, a number, true or false");
  }
  if (has_failed()) return text;
  const Result<void> applied = apply_setting(scratch, member.key, text);
  if (!applied) refuse(member.value.offset, '"' + member.key + "\": " + applied.error().message);
  return text;
}

/// Each is refused where it stands.
std::string NodeReader::limits(const JsonMember& member, Settings& scratch) {
  std::string all;
  if (member.value.kind != JsonNode::Kind::object) {
    refuse_kind(member.value, "an object of limits");
  }
  for (const JsonMember& limit : member.value.members) {
    if (!is_text(limit.value)) refuse_kind(limit.value, "a string or a number");
    const std::string one = limit.key + '=' + limit.value.text;
    if (one.find(',') != one.npos) refuse_kind(limit.value, "one limit");
    const Result<void> applied = apply_setting(scratch, member.key, one);
    if (!applied) {
      refuse(limit.key_offset, '"' + member.key + "\": " + applied.error().message);
    }
    all += (all.empty() ? "" : ",") + one;
  }
  return all;
}

Value NodeReader::argument(const JsonNode& node) {
  refuse_nul(node, "an argument");
  return to_value(node, text_);
}

std::vector<Value> NodeReader::arguments(std::span<const JsonNode> nodes) {
  std::vector<Value> values;
  values.reserve(nodes.size());
  for (const JsonNode& node : nodes) values.push_back(argument(node));
  return values;
}

std::vector<std::string> NodeReader::words(std::span<const JsonNode> nodes) {
  std::vector<std::string> words;
  words.reserve(nodes.size());
  for (const JsonNode& node : nodes) words.push_back(to_word(argument(node)));
  return words;
}

Kwargs NodeReader::kwargs(const JsonNode& node, std::string_view expected) {
  Kwargs kwargs;
  if (node.kind != JsonNode::Kind::object) refuse_kind(node, expected);
  for (const JsonMember& member : node.members) {
    if (member.key.empty() || member.key.find('\0') != std::string::npos) {
      refuse(member.key_offset, "a keyword argument needs a name, without a NUL");
    }
    // An array repeats the option: each of its items is an argument.
    for (const JsonNode& item : member.value.items) refuse_nul(item, "an argument");
    kwargs.set(member.key, argument(member.value));
  }
  return kwargs;
}

std::vector<EnvChange> NodeReader::env(const JsonNode& node) {
  std::vector<EnvChange> changes;
  if (node.kind != JsonNode::Kind::object) refuse_kind(node, "an object of variables");
  for (const JsonMember& member : node.members) {
    constexpr std::string_view kNeverInAName("=\0", 2);
    if (member.key.empty() || member.key.find_first_of(kNeverInAName) != std::string::npos) {
      refuse(member.key_offset, "the name of a variable cannot be empty or contain \"=\" or a NUL");
    }
    refuse_nul(member.value, "a variable");
    if (is_text(member.value)) {
      changes.emplace_back(member.key, member.value.text);
    } else if (member.value.kind == JsonNode::Kind::null) {
      changes.emplace_back(member.key, std::nullopt);
    } else {
      refuse_kind(member.value, "a string or a number to set, or null to remove it");
    }
  }
  return changes;
}

Stdin NodeReader::input(const JsonNode& node) {
  if (node.kind == JsonNode::Kind::string) return StdinText{node.text};
  if (node.kind == JsonNode::Kind::null) return NoStdin{};
  static constexpr Field<StdinFile> kFields[] = {
      {"file", [](NodeReader& in, const JsonMember& member, StdinFile& file) {
         file.path = in.string(member.value, "a path");
       }}};
  StdinFile file;
  if (node.kind != JsonNode::Kind::object || node.members.empty()) {
    refuse_kind(node, "a text, {\"file\": PATH} or null");
  }
  read_fields<StdinFile>(*this, node, kFields, file);
  return file;
}

}  // namespace fanout
