#include "expand/options.hpp"

#include <utility>

#include "fanout/base/text.hpp"

namespace fanout {
namespace {

bool can_be_option(std::string_view key) {
  return !key.empty() && key.front() != '-' &&
         key.find_first_of(std::string_view("= \t\n\r\v\f\0", 8)) == std::string_view::npos;
}

void append_with_value(std::vector<std::string>& words, std::string_view key, std::string value) {
  if (key.size() == 1) {
    words.push_back("-" + std::string(key));
    words.push_back(std::move(value));
  } else {
    words.push_back("--" + std::string(key) + "=" + value);
  }
}

void append_item(std::vector<std::string>& words, std::string_view key, const Value& value) {
  switch (value.kind) {
    case Value::Kind::null: return;
    case Value::Kind::boolean:
      if (value.text == "true") words.push_back((key.size() == 1 ? "-" : "--") + std::string(key));
      return;
    case Value::Kind::number:
    case Value::Kind::string:
    case Value::Kind::array:  // an array in an array
    case Value::Kind::object: append_with_value(words, key, to_word(value)); return;
  }
}

}  // namespace

Result<void> append_option(std::vector<std::string>& words, std::string_view key,
                           const Value& value) {
  const std::size_t before = words.size();
  if (value.kind == Value::Kind::array) {
    for (const Value& item : value.items) append_item(words, key, item);
  } else {
    append_item(words, key, value);
  }
  if (words.size() == before || can_be_option(key)) return {};
  return usage_error("the keyword argument \"" + sanitize_short(key, 60) +
                     "\" has no placeholder and cannot become an option: its name must not be "
                     "empty, begin with \"-\", or contain \"=\" or blanks");
}

}  // namespace fanout
