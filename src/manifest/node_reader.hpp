// Turns nodes into what jobs are made of. The first thing that is wrong is kept with its place,
// and whatever is read after it means nothing; nobody has to check in between.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/base/result.hpp"
#include "fanout/base/text.hpp"
#include "fanout/job.hpp"
#include "fanout/settings.hpp"
#include "manifest/json_node.hpp"
#include "manifest/locator.hpp"

namespace fanout {

class NodeReader {
 public:
  /// `text` is what the nodes were read from; both must outlive the reader.
  NodeReader(std::string_view text, Locator& locator) : text_(text), locator_(&locator) {}

  bool has_failed() const { return error_.has_value(); }
  const Error& error() const { return *error_; }
  Origin origin(const JsonNode& node) { return locator_->origin(node.offset); }

  void refuse(std::size_t offset, const std::string& message);
  /// Refuses the node because it is no `expected`, e.g. `an array of strings`.
  void refuse_kind(const JsonNode& node, std::string_view expected);

  bool flag(const JsonNode& node);
  /// A text that will be an argument, a path or the like: no NUL.
  std::string string(const JsonNode& node, std::string_view expected);
  std::vector<std::string> strings(const JsonNode& node, std::string_view expected);
  /// The text of a setting; for `replace_failed`, whose value is any JSON, compact JSON; for
  /// `limits`, an object, NAME=VALUE,NAME=VALUE.
  std::string setting(const JsonMember& member, Settings& scratch);

  Value argument(const JsonNode& node);
  std::vector<Value> arguments(std::span<const JsonNode> nodes);
  std::vector<std::string> words(std::span<const JsonNode> nodes);
  Kwargs kwargs(const JsonNode& node, std::string_view expected);

  std::vector<EnvChange> env(const JsonNode& node);
  Stdin input(const JsonNode& node);

 private:
  void refuse_nul(const JsonNode& node, std::string_view what);
  std::string limits(const JsonMember& member, Settings& scratch);

  std::string_view text_;
  Locator* locator_;
  std::optional<Error> error_;
};

/// `"name"`, sanitized and cut for a message.
std::string quoted_name(std::string_view name);

/// One key of an object and what its value does to a `Target`.
template <typename Target>
struct Field {
  std::string_view key;
  void (*read)(NodeReader& in, const JsonMember& member, Target& target);
};

template <typename Target>
const Field<Target>* find_field(std::span<const Field<Target>> fields, std::string_view key) {
  for (const Field<Target>& field : fields) {
    if (field.key == key) return &field;
  }
  return nullptr;
}

/// Reads every member of an object by the table; an unknown key is refused where it stands.
template <typename Target>
void read_fields(NodeReader& in, const JsonNode& object, std::span<const Field<Target>> fields,
                 Target& target) {
  for (const JsonMember& member : object.members) {
    if (const Field<Target>* field = find_field(fields, member.key)) {
      field->read(in, member, target);
      continue;
    }
    std::vector<std::string_view> known;
    for (const Field<Target>& field : fields) known.push_back(field.key);
    in.refuse(member.key_offset,
              "unknown key " + quoted_name(member.key) + did_you_mean(member.key, known));
  }
}

}  // namespace fanout
