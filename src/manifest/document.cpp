#include "manifest/document.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>

#include "fanout/base/text.hpp"
#include "fanout/settings.hpp"
#include "manifest/json_extent.hpp"
#include "manifest/node_reader.hpp"
#include "manifest/plan_options.hpp"

namespace fanout {
namespace {

struct DocumentDraft {
  Document* document = nullptr;
  Preset common;  ///< what was said of a top-level command so far
  bool has_command = false;
  const JsonMember* needs_command = nullptr;  ///< the first key that means nothing without one
};

void read_presets(NodeReader& in, const JsonMember& member, Commands& commands) {
  if (member.value.kind != JsonNode::Kind::object) {
    in.refuse_kind(member.value, "an object of presets");
  }
  for (const JsonMember& preset : member.value.members) {
    commands.presets.emplace(preset.key, read_preset(in, preset));
    commands.preset_names.push_back(preset.key);
  }
}

void read_extra_args(NodeReader& in, const JsonMember& member, Commands& commands) {
  if (member.value.kind != JsonNode::Kind::array) {
    in.refuse_kind(member.value, "an array of arguments");
  }
  commands.extra_args = in.words(member.value.items);
}

void read_jobs(NodeReader& in, const JsonMember& member, Document& document) {
  if (member.value.kind != JsonNode::Kind::array && member.value.kind != JsonNode::Kind::object) {
    in.refuse_kind(member.value, "an array of jobs or an object of named jobs");
  }
  document.jobs = member.value;
}

constexpr Field<DocumentDraft> kDocumentFields[] = {
    {"jobs", [](NodeReader& in, const JsonMember& m,
                DocumentDraft& draft) { read_jobs(in, m, *draft.document); }},
    {"command",
     [](NodeReader& in, const JsonMember& m, DocumentDraft& draft) {
       draft.common.command = read_command(in, m.value);
       draft.has_command = true;
     }},
    {"params",
     [](NodeReader& in, const JsonMember& m, DocumentDraft& draft) {
       draft.common.params = read_params(in, m.value);
       if (!draft.needs_command) draft.needs_command = &m;
     }},
    {"defaults",
     [](NodeReader& in, const JsonMember& m, DocumentDraft& draft) {
       draft.common.defaults = in.kwargs(m.value, "an object of default values");
       if (!draft.needs_command) draft.needs_command = &m;
     }},
    {"commands", [](NodeReader& in, const JsonMember& m,
                    DocumentDraft& draft) { read_presets(in, m, draft.document->commands); }},
    {"extras",
     [](NodeReader& in, const JsonMember& m, DocumentDraft& draft) {
       draft.document->commands.extras = in.kwargs(m.value, "an object of keyword arguments");
     }},
    {"extra_args", [](NodeReader& in, const JsonMember& m,
                      DocumentDraft& draft) { read_extra_args(in, m, draft.document->commands); }},
    {"env", [](NodeReader& in, const JsonMember& m,
               DocumentDraft& draft) { read_env(in, m, draft.document->commands.options); }},
    {"cwd", [](NodeReader& in, const JsonMember& m,
               DocumentDraft& draft) { read_cwd(in, m, draft.document->commands.options); }},
    {"stdin", [](NodeReader& in, const JsonMember& m,
                 DocumentDraft& draft) { read_stdin(in, m, draft.document->commands.options); }},
    {"mutex",
     [](NodeReader& in, const JsonMember& m, DocumentDraft& draft) {
       read_mutex(in, m, draft.document->commands.options.plan);
     }},
    {"needs",
     [](NodeReader& in, const JsonMember& m, DocumentDraft& draft) {
       read_needs(in, m, draft.document->commands.options.plan);
     }},
    {"priority",
     [](NodeReader& in, const JsonMember& m, DocumentDraft& draft) {
       read_priority(in, m, draft.document->commands.options.plan);
     }},
    {"resources",
     [](NodeReader& in, const JsonMember& m, DocumentDraft& draft) {
       draft.document->resources = read_resources(in, m.value);
     }},
};

/// Keys that an object which is a job has as well.
constexpr std::string_view kKeysOfJobsToo[] = {
    "command", "env",   "cwd",          "stdin", "timeout", "retries", "retry_on", "retry_delay",
    "grace",   "shell", "placeholders", "nice",  "limits",  "mutex",   "needs",    "priority"};

std::vector<std::string_view> known_keys() {
  std::vector<std::string_view> keys;
  for (const Field<DocumentDraft>& field : kDocumentFields) keys.push_back(field.key);
  keys.insert(keys.end(), setting_names().begin(), setting_names().end());
  return keys;
}

/// Three keys say when a run is to end early.
void refuse_two_policies(NodeReader& in, const JsonNode& root) {
  constexpr std::string_view kPolicies[] = {"halt", "on_failure", "fail_fast"};
  const JsonMember* first = nullptr;
  for (const JsonMember& member : root.members) {
    if (std::ranges::find(kPolicies, member.key) == std::end(kPolicies)) continue;
    if (first == nullptr) {
      first = &member;
    } else {
      in.refuse(member.key_offset, '"' + first->key + "\" and \"" + member.key +
                                       "\" say when the run is to end: give one of them");
    }
  }
}

void read_root(NodeReader& in, const JsonNode& root, DocumentDraft& draft) {
  Settings scratch;
  refuse_two_policies(in, root);
  for (const JsonMember& member : root.members) {
    if (const auto* field = find_field<DocumentDraft>(kDocumentFields, member.key)) {
      field->read(in, member, draft);
    } else if (is_setting(member.key)) {
      std::string text = in.setting(member, scratch);
      draft.document->settings.push_back({member.key, std::move(text), in.origin(member.value)});
    } else {
      in.refuse(member.key_offset,
                "unknown key " + quoted_name(member.key) + did_you_mean(member.key, known_keys()));
    }
  }
  if (draft.needs_command && !draft.has_command) {
    in.refuse(draft.needs_command->key_offset,
              '"' + draft.needs_command->key + "\" means nothing without a \"command\"");
  }
}

/// Names are compared by their hashes first: keeping all of them would cost more than the text.
void refuse_duplicate_names(NodeReader& in, const Document& document) {
  const auto for_each_name = [&](const auto& visit) {
    JsonElements elements(document.text, *document.jobs);
    while (const auto element = elements.next()) visit(*element);
  };
  const std::hash<std::string> hash;
  std::vector<std::size_t> hashes;
  for_each_name([&](const JsonElement& element) { hashes.push_back(hash(element.key)); });
  std::sort(hashes.begin(), hashes.end());
  if (std::adjacent_find(hashes.begin(), hashes.end()) == hashes.end()) return;

  std::unordered_map<std::string, std::size_t> seen;
  for_each_name([&](const JsonElement& element) {
    const auto [first, last] = std::equal_range(hashes.begin(), hashes.end(), hash(element.key));
    if (last - first < 2 || seen.emplace(element.key, element.key_offset).second) return;
    in.refuse(element.key_offset, "duplicate key " + quoted_name(element.key));
  });
}

}  // namespace

bool is_document(const JsonNode& object) {
  constexpr std::string_view kJobs[] = {"jobs"};
  return std::ranges::any_of(object.members, [&](const JsonMember& member) {
    if (std::ranges::find(kKeysOfJobsToo, member.key) != std::end(kKeysOfJobsToo)) return false;
    return find_field<DocumentDraft>(kDocumentFields, member.key) || is_setting(member.key) ||
           !nearest_name(member.key, kJobs).empty();
  });
}

Result<std::unique_ptr<Document>> read_document(std::shared_ptr<const std::string> file,
                                                std::string text, JsonNode root) {
  auto document = std::make_unique<Document>();
  document->file = std::move(file);
  document->text = std::move(text);
  Locator locator(document->file, document->text);
  NodeReader in(document->text, locator);
  document->origin = in.origin(root);
  if (root.kind == JsonNode::Kind::array) {
    document->jobs = std::move(root);
  } else if (root.kind == JsonNode::Kind::object) {
    DocumentDraft draft;
    draft.document = document.get();
    read_root(in, root, draft);
    if (draft.has_command) document->commands.common = std::move(draft.common);
    if (!in.has_failed() && document->is_named()) refuse_duplicate_names(in, *document);
  } else {
    in.refuse_kind(root, "a document (an array of jobs, or an object with \"jobs\")");
  }
  if (in.has_failed()) return in.error();
  return document;
}

}  // namespace fanout
