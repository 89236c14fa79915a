// Appends one JSON object, member by member, to a string. Knows commas, nothing else.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include "fanout/base/json_text.hpp"
#include "fanout/base/time.hpp"

namespace fanout {

class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }

  /// The member's name; what is appended to the string next is its value.
  std::string& member(std::string_view name) {
    if (has_members_) out_ += ',';
    has_members_ = true;
    out_ += '"';
    out_ += name;  // names of ours need no escape
    out_ += "\":";
    return out_;
  }

  void null(std::string_view name) { member(name) += "null"; }
  void boolean(std::string_view name, bool value) { member(name) += value ? "true" : "false"; }
  void json(std::string_view name, std::string_view text) { member(name) += text; }
  void string(std::string_view name, std::string_view text) {
    append_json_string(member(name), text);
  }
  void number(std::string_view name, std::integral auto value) {
    member(name) += std::to_string(value);
  }
  void seconds(std::string_view name, Duration value) { member(name) += format_seconds(value); }

  void finish() { out_ += '}'; }

 private:
  std::string& out_;
  bool has_members_ = false;
};

}  // namespace fanout
