#include "store/stored_json.hpp"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "fanout/base/json_text.hpp"
#include "fanout/base/number.hpp"
#include "fanout/base/text.hpp"

namespace fanout {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr int kDeepest = 1000;  // a manifest may have less

Error not_stored(std::string_view text) {
  return {ErrorKind::system,
          in_quotes(sanitize_short(text, 60)) + " is not what a journal has there"};
}

std::optional<std::string> decode_base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::string_view digits = text.substr(0, text.find_last_not_of('=') + 1);
  std::string bytes;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : digits) {
    const std::size_t value = kDigits.find(c);
    if (value == kDigits.npos) return std::nullopt;
    held = (held << 6 | static_cast<std::uint32_t>(value)) & 0xFFFFu;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(static_cast<unsigned char>(held >> bits));
  }
  return bytes;
}

/// The bytes that append_json_word() wrote so; nothing where a user's own object only looks like
/// it.
std::optional<std::string> bytes_of_object(std::string_view object) {
  constexpr std::string_view kBefore = "{\"base64\":\"";
  constexpr std::string_view kAfter = "\"}";
  if (!object.starts_with(kBefore) || !object.ends_with(kAfter)) return std::nullopt;
  object.remove_prefix(kBefore.size());
  object.remove_suffix(kAfter.size());
  std::optional<std::string> bytes = decode_base64(object);
  if (!bytes || is_utf8(*bytes)) return std::nullopt;
  std::string again;
  append_base64(again, *bytes);
  return again == object ? bytes : std::nullopt;
}

/// Whether JSON would have the number so.
bool is_number(std::string_view word) {
  const auto pass_digits = [&] {
    const std::size_t count = std::min(word.find_first_not_of("0123456789"), word.size());
    word.remove_prefix(count);
    return count;
  };
  const auto pass = [&](char c) {
    if (word.empty() || word.front() != c) return false;
    word.remove_prefix(1);
    return true;
  };
  pass('-');
  const bool has_zero = word.starts_with('0');
  const std::size_t digits = pass_digits();
  if (digits == 0 || (has_zero && digits > 1)) return false;
  if (pass('.') && pass_digits() == 0) return false;
  if (pass('e') || pass('E')) {
    if (!pass('+')) pass('-');
    if (pass_digits() == 0) return false;
  }
  return word.empty();
}

/// Reads one value; whatever it cannot read it refuses. nlohmann's own reader does not keep digits,
/// and refuses numbers that are too large for it.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) { skip_blanks(); }

  /// An array.
  std::optional<std::vector<Value>> array() {
    Value value;
    if (peek() != '[' || !read_array(value, 0) || !is_at_end()) return std::nullopt;
    return std::move(value.items);
  }
  /// An object.
  std::optional<Kwargs> members() {
    Kwargs kwargs;
    const auto add = [&](std::string key, Value value) {
      kwargs.set(std::move(key), std::move(value));
    };
    if (peek() != '{' || !read_members(0, add) || !is_at_end()) return std::nullopt;
    return kwargs;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool is_at_end() const { return at_ == text_.size(); }
  void skip_blanks() { at_ = std::min(text_.find_first_not_of(kBlanks, at_), text_.size()); }
  bool pass(char c) {
    if (peek() != c) return false;
    ++at_;
    skip_blanks();
    return true;
  }

  bool read_value(Value& value, int depth);
  bool read_array(Value& value, int depth);
  bool read_object(Value& value, int depth);
  template <typename Add>
  bool read_members(int depth, Add add);
  bool read_string(std::string& string);
  bool read_word(Value& value);

  std::string_view text_;
  std::size_t at_ = 0;
};

bool Reader::read_value(Value& value, int depth) {
  if (depth > kDeepest) return false;
  switch (peek()) {
    case '"': value.kind = Value::Kind::string; return read_string(value.text);
    case '[': return read_array(value, depth);
    case '{': return read_object(value, depth);
    default: return read_word(value);
  }
}

bool Reader::read_array(Value& value, int depth) {
  value.kind = Value::Kind::array;
  pass('[');
  if (pass(']')) return true;
  do {
    if (!read_value(value.items.emplace_back(), depth + 1)) return false;
  } while (pass(','));
  return pass(']');
}

bool Reader::read_object(Value& value, int depth) {
  const std::size_t begin = at_;
  if (!read_members(depth, [](const std::string&, const Value&) {})) return false;
  std::string_view object = text_.substr(begin, at_ - begin);
  object = object.substr(0, object.find_last_not_of(kBlanks) + 1);
  if (std::optional<std::string> bytes = bytes_of_object(object)) {
    value = Value::of_string(*std::move(bytes));
  } else {
    value = {Value::Kind::object, std::string(object), {}};
  }
  return true;
}

template <typename Add>
bool Reader::read_members(int depth, Add add) {
  pass('{');
  if (pass('}')) return true;
  do {
    std::string key;
    Value value;
    if (peek() != '"' || !read_string(key) || !pass(':')) return false;
    if (!read_value(value, depth + 1)) return false;
    add(std::move(key), std::move(value));
  } while (pass(','));
  return pass('}');
}

bool Reader::read_string(std::string& string) {
  const std::size_t begin = at_++;
  bool has_escapes = false;
  for (; peek() != '"'; ++at_) {
    if (static_cast<unsigned char>(peek()) < 0x20) return false;  // the end as well
    if (peek() != '\\') continue;
    has_escapes = true;
    ++at_;
  }
  ++at_;
  const std::string_view quoted = text_.substr(begin, at_ - begin);
  skip_blanks();
  if (has_escapes) {
    const auto parsed = nlohmann::json::parse(quoted, nullptr, false);
    if (!parsed.is_string()) return false;
    string = parsed.get<std::string>();
    return true;
  }
  string = quoted.substr(1, quoted.size() - 2);
  return is_utf8(string);
}

bool Reader::read_word(Value& value) {
  const std::size_t end = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
  const std::string_view word = text_.substr(at_, end - at_);
  at_ = end;
  skip_blanks();
  if (word == "null") return true;
  const bool is_boolean = word == "true" || word == "false";
  if (!is_boolean && !is_number(word)) return false;
  value = {is_boolean ? Value::Kind::boolean : Value::Kind::number, std::string(word), {}};
  return true;
}

}  // namespace

Result<std::vector<std::string>> words_of_json(std::string_view text) {
  Result<std::vector<Value>> values = values_of_json(text);
  if (!values) return values.error();
  std::vector<std::string> words;
  words.reserve(values->size());
  for (Value& value : *values) {
    if (value.kind != Value::Kind::string) return not_stored(text);
    words.push_back(std::move(value.text));
  }
  return words;
}

Result<std::vector<Value>> values_of_json(std::string_view text) {
  std::optional<std::vector<Value>> values = Reader(text).array();
  return values ? Result<std::vector<Value>>(std::move(*values)) : not_stored(text);
}

Result<Kwargs> kwargs_of_json(std::string_view text) {
  std::optional<Kwargs> kwargs = Reader(text).members();
  return kwargs ? Result<Kwargs>(std::move(*kwargs)) : not_stored(text);
}

Result<Grants> grants_of_json(std::string_view text) {
  const Result<Kwargs> members = kwargs_of_json(text);
  if (!members) return members.error();
  Grants grants;
  for (const auto& [name, numbers] : *members) {
    Grant grant{name, {}};
    for (const Value& value : numbers.items) {
      const Result<std::uint64_t> number = parse_whole_number(value.text);
      if (!number || *number >= Resource::kMost) return not_stored(text);
      grant.numbers.push_back(static_cast<std::uint32_t>(*number));
    }
    grants.push_back(std::move(grant));
  }
  return grants;
}

}  // namespace fanout
