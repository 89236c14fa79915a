// An argument as the user wrote it: a JSON value whose numbers keep their digits.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fanout {

struct Value {
  enum class Kind { null, boolean, number, string, array, object };

  Kind kind = Kind::null;
  /// string: its bytes (any bytes); number: its digits as written; boolean: `true` or `false`;
  /// object: compact JSON; null and array: empty.
  std::string text;
  std::vector<Value> items;  ///< of an array

  static Value of_string(std::string text) { return {Kind::string, std::move(text), {}}; }

  bool operator==(const Value&) const = default;
};

/// The value as one word of a command: a string as it is, anything else as compact JSON.
std::string to_word(const Value& value);

/// Appends the value as compact JSON; a string that is not UTF-8 becomes {"base64": "…"}.
void append_json(std::string& out, const Value& value);

/// Keyword arguments in the order in which they were first given. Few, so a vector.
class Kwargs {
 public:
  using Entry = std::pair<std::string, Value>;

  const Value* find(std::string_view key) const;
  /// Sets or replaces; a replaced key keeps its place.
  void set(std::string key, Value value);
  /// Every key of `other` set here: the other's values win.
  void merge(const Kwargs& other);

  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

  bool operator==(const Kwargs&) const = default;

 private:
  std::vector<Entry> entries_;
};

}  // namespace fanout
