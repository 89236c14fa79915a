#include "manifest/commands.hpp"

#include <algorithm>
#include <utility>

#include "fanout/base/text.hpp"

namespace fanout {
namespace {

constexpr std::string_view kCommand = "a command (a string or an array of words)";

struct PresetDraft {
  Preset made;
  bool has_command = false;
};

constexpr Field<PresetDraft> kPresetFields[] = {
    {"command",
     [](NodeReader& in, const JsonMember& m, PresetDraft& draft) {
       draft.made.command = read_command(in, m.value);
       draft.has_command = true;
     }},
    {"params", [](NodeReader& in, const JsonMember& m,
                  PresetDraft& draft) { draft.made.params = read_params(in, m.value); }},
    {"defaults",
     [](NodeReader& in, const JsonMember& m, PresetDraft& draft) {
       draft.made.defaults = in.kwargs(m.value, "an object of default values");
     }},
    {"shell", [](NodeReader& in, const JsonMember& m,
                 PresetDraft& draft) { draft.made.shell = read_choice(in, m.value); }},
    {"placeholders",
     [](NodeReader& in, const JsonMember& m, PresetDraft& draft) {
       draft.made.placeholders = read_choice(in, m.value);
     }},
    {"env", [](NodeReader& in, const JsonMember& m,
               PresetDraft& draft) { read_env(in, m, draft.made.options); }},
    {"cwd", [](NodeReader& in, const JsonMember& m,
               PresetDraft& draft) { read_cwd(in, m, draft.made.options); }},
    {"stdin", [](NodeReader& in, const JsonMember& m,
                 PresetDraft& draft) { read_stdin(in, m, draft.made.options); }},
    {"timeout", [](NodeReader& in, const JsonMember& m,
                   PresetDraft& draft) { read_timeout(in, m, draft.made.options); }},
    {"grace", [](NodeReader& in, const JsonMember& m,
                 PresetDraft& draft) { read_grace(in, m, draft.made.options); }},
    {"retries", [](NodeReader& in, const JsonMember& m,
                   PresetDraft& draft) { read_retries(in, m, draft.made.options); }},
    {"retry_on", [](NodeReader& in, const JsonMember& m,
                    PresetDraft& draft) { read_retry_on(in, m, draft.made.options); }},
    {"retry_delay", [](NodeReader& in, const JsonMember& m,
                       PresetDraft& draft) { read_retry_delay(in, m, draft.made.options); }},
    {"nice", [](NodeReader& in, const JsonMember& m,
                PresetDraft& draft) { read_terms(in, m, draft.made.options); }},
    {"limits", [](NodeReader& in, const JsonMember& m,
                  PresetDraft& draft) { read_terms(in, m, draft.made.options); }},
    {"mutex", [](NodeReader& in, const JsonMember& m,
                 PresetDraft& draft) { read_mutex(in, m, draft.made.options.plan); }},
    {"needs", [](NodeReader& in, const JsonMember& m,
                 PresetDraft& draft) { read_needs(in, m, draft.made.options.plan); }},
    {"priority", [](NodeReader& in, const JsonMember& m,
                    PresetDraft& draft) { read_priority(in, m, draft.made.options.plan); }},
};

}  // namespace

CommandWords read_command(NodeReader& in, const JsonNode& node) {
  CommandWords command;
  if (node.kind == JsonNode::Kind::array && !node.items.empty()) {
    if (node.items.front().kind != JsonNode::Kind::string) {
      in.refuse_kind(node.items.front(), "the name of a program");
    }
    command.words = in.words(node.items);
  } else if (node.kind == JsonNode::Kind::array) {
    in.refuse(node.offset, "expected " + std::string(kCommand) + ", but found an empty array");
  } else {
    command.form = CommandText::Form::line;
    command.words = {in.string(node, kCommand)};
    if (command.words[0].find_first_not_of(kJsonBlanks) == std::string::npos) {
      in.refuse_kind(node, kCommand);
    }
  }
  return command;
}

Choice read_choice(NodeReader& in, const JsonNode& node) {
  return {in.flag(node), node.offset};
}

void check_shell(NodeReader& in, const Choice& shell, CommandText::Form form) {
  if (form == CommandText::Form::argv && shell.said.value_or(false)) {
    in.refuse(shell.offset,
              "a command that is an array never goes through a shell: write it as a string");
  }
}

std::vector<std::string> read_params(NodeReader& in, const JsonNode& node) {
  std::vector<std::string> params = in.strings(node, "an array of names");
  for (std::size_t i = 0; i < params.size(); ++i) {
    if (params[i].empty()) in.refuse_kind(node.items[i], "a name");
    const auto here = params.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(params.begin(), here, params[i]) != here) {
      in.refuse(node.items[i].offset, "duplicate parameter " + quoted_name(params[i]));
    }
  }
  return params;
}

Preset read_preset(NodeReader& in, const JsonMember& preset) {
  PresetDraft draft;
  if (preset.value.kind != JsonNode::Kind::object) {
    in.refuse_kind(preset.value, "a preset (an object with a \"command\")");
  }
  read_fields<PresetDraft>(in, preset.value, kPresetFields, draft);
  if (!draft.has_command) {
    in.refuse(preset.value.offset, "preset " + quoted_name(preset.key) + " needs a \"command\"");
  }
  check_shell(in, draft.made.shell, draft.made.command.form);
  return std::move(draft.made);
}

std::string unknown_preset(std::string_view name, std::span<const std::string> known) {
  const std::vector<std::string_view> names(known.begin(), known.end());
  std::string message = "unknown preset " + quoted_name(name);
  if (names.empty()) return message + ": there are no \"commands\" here";
  return message + did_you_mean(name, names);
}

}  // namespace fanout
