#include "fanout/value.hpp"

#include <algorithm>

#include "fanout/base/json_text.hpp"

namespace fanout {

std::string to_word(const Value& value) {
  if (value.kind == Value::Kind::string) return value.text;
  std::string word;
  append_json(word, value);
  return word;
}

void append_json(std::string& out, const Value& value) {
  switch (value.kind) {
    case Value::Kind::null: out += "null"; return;
    case Value::Kind::boolean:
    case Value::Kind::number:
    case Value::Kind::object: out += value.text; return;
    case Value::Kind::string: append_json_word(out, value.text); return;
    case Value::Kind::array: break;
  }
  out += '[';
  for (const Value& item : value.items) {
    if (&item != &value.items.front()) out += ',';
    append_json(out, item);
  }
  out += ']';
}

const Value* Kwargs::find(std::string_view key) const {
  const auto entry = std::ranges::find(entries_, key, &Entry::first);
  return entry == entries_.end() ? nullptr : &entry->second;
}

void Kwargs::set(std::string key, Value value) {
  const auto entry = std::ranges::find(entries_, key, &Entry::first);
  if (entry == entries_.end()) {
    entries_.emplace_back(std::move(key), std::move(value));
  } else {
    entry->second = std::move(value);
  }
}

void Kwargs::merge(const Kwargs& other) {
  for (const auto& [key, value] : other) set(key, value);
}

}  // namespace fanout
