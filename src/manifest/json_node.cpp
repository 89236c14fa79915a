#include "manifest/json_node.hpp"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_set>
#include <utility>

#include "fanout/base/text.hpp"

namespace fanout {
namespace {

// Only the parser is used. The wide float lets integers of thousands of digits pass, which must
// reach a command digit for digit; in a double they would overflow and be refused.
using Grammar = nlohmann::basic_json<std::map, std::vector, std::string, bool, std::int64_t,
                                     std::uint64_t, long double>;

constexpr std::size_t kShownBytes = 40;

/// Reads a text and tells how far it has come: the parser itself does not.
class CountingIterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}

  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    *furthest_ = ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    const CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }

 private:
  const char* at_;
  const char** furthest_;
};

/// The parser's listener: finds the place of every token and builds the nodes.
class NodeBuilder {
 public:
  using number_integer_t = Grammar::number_integer_t;
  using number_unsigned_t = Grammar::number_unsigned_t;
  using number_float_t = Grammar::number_float_t;
  using string_t = Grammar::string_t;
  using binary_t = Grammar::binary_t;

  NodeBuilder(std::string_view text, std::size_t begin, JsonReading how)
      : text_(text), how_(how), begin_(begin), furthest_(text.data() + begin), last_end_(begin) {}

  JsonOrFault run();

  // What the parser calls.
  bool null() { return scalar(JsonNode::Kind::null, {}); }
  bool boolean(bool truth) { return scalar(JsonNode::Kind::boolean, truth ? "true" : "false"); }
  bool number_integer(number_integer_t n) {
    return number(n == 0 ? std::string_view("-0").size() : std::to_string(n).size());
  }
  bool number_unsigned(number_unsigned_t n) { return number(std::to_string(n).size()); }
  bool number_float(number_float_t, const string_t& written) { return number(written.size()); }
  bool string(string_t& bytes) { return scalar(JsonNode::Kind::string, std::move(bytes)); }
  bool binary(binary_t&) { return false; }
  bool start_object(std::size_t) { return open(JsonNode::Kind::object); }
  bool start_array(std::size_t) { return open(JsonNode::Kind::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(string_t& name);
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& why);

 private:
  enum class Last { nothing, open, key, value };
  struct Frame {
    JsonNode node;
    bool keeps_children = true;
    std::unordered_set<std::string> keys;
    std::string key;
    std::size_t key_offset = 0;
  };
  struct Token {
    std::size_t offset = 0;
    bool after_separator = false;
  };

  bool number(std::size_t size);
  bool scalar(JsonNode::Kind kind, std::string text);
  bool open(JsonNode::Kind kind);
  bool close();
  void attach(JsonNode node);
  bool keeps_children_of(JsonNode::Kind kind) const;
  bool fail(std::size_t offset, std::string message);

  std::size_t consumed() const { return static_cast<std::size_t>(furthest_ - text_.data()); }
  bool in_object() const {
    return !frames_.empty() && frames_.back().node.kind == JsonNode::Kind::object;
  }
  Token next_token() const;
  std::string expectation(const Token& token) const;
  bool wants_value(const Token& token) const;
  bool wants_string(const Token& token) const;
  std::string found(std::size_t offset) const;

  std::string_view text_;
  JsonReading how_;
  std::size_t begin_;
  const char* furthest_;  ///< behind the last byte that the parser has taken
  std::size_t last_end_;  ///< behind the last token that was told
  Last last_ = Last::nothing;
  std::vector<Frame> frames_;
  JsonNode root_;
  std::optional<JsonFault> fault_;
};

JsonOrFault NodeBuilder::run() {
  // The parser takes a NUL for the end of the text and skips a mark: neither may pass unseen.
  if (const auto nul = text_.find('\0', last_end_); nul != std::string_view::npos) {
    return JsonFault{nul, "a NUL byte cannot stand in JSON"};
  }
  if (text_.substr(last_end_).starts_with(kByteOrderMark)) {
    return JsonFault{last_end_, "expected a JSON value, but found a byte-order mark"};
  }
  const CountingIterator begin(furthest_, &furthest_);
  const CountingIterator end(text_.data() + text_.size(), &furthest_);
  const bool good = Grammar::sax_parse(begin, end, this);
  if (fault_) return *std::move(fault_);
  assert(good && "the parser stops only after a fault");
  static_cast<void>(good);
  return std::move(root_);
}

bool NodeBuilder::number(std::size_t size) {
  // The parser looks one byte ahead behind a number, so what it consumed is not the end.
  const std::size_t begin = next_token().offset;
  attach({JsonNode::Kind::number,
          begin,
          begin + size,
          std::string(text_.substr(begin, size)),
          {},
          {}});
  last_end_ = begin + size;
  last_ = Last::value;
  return true;
}

bool NodeBuilder::scalar(JsonNode::Kind kind, std::string text) {
  attach({kind, next_token().offset, consumed(), std::move(text), {}, {}});
  last_end_ = consumed();
  last_ = Last::value;
  return true;
}

bool NodeBuilder::open(JsonNode::Kind kind) {
  const std::size_t offset = next_token().offset;
  if (frames_.size() == kMaxJsonDepth) {
    return fail(offset, "nested deeper than " + std::to_string(kMaxJsonDepth) + " levels");
  }
  const bool keeps_children = keeps_children_of(kind);
  Frame& frame = frames_.emplace_back();
  frame.node.kind = kind;
  frame.node.offset = offset;
  frame.keeps_children = keeps_children;
  last_end_ = consumed();
  last_ = Last::open;
  return true;
}

bool NodeBuilder::close() {
  JsonNode node = std::move(frames_.back().node);
  frames_.pop_back();
  node.end = last_end_ = consumed();
  last_ = Last::value;
  attach(std::move(node));
  return true;
}

bool NodeBuilder::key(string_t& name) {
  Frame& frame = frames_.back();
  frame.key_offset = next_token().offset;
  last_end_ = consumed();
  last_ = Last::key;
  if (frame.keeps_children && how_.duplicate_keys == JsonReading::DuplicateKeys::refuse &&
      !frame.keys.insert(name).second) {
    return fail(frame.key_offset, "duplicate key \"" + sanitize_short(name, kShownBytes) + '"');
  }
  frame.key = std::move(name);
  return true;
}

void NodeBuilder::attach(JsonNode node) {
  if (frames_.empty()) {
    root_ = std::move(node);
    return;
  }
  Frame& parent = frames_.back();
  if (!parent.keeps_children) return;
  if (parent.node.kind == JsonNode::Kind::array) {
    parent.node.items.push_back(std::move(node));
  } else {
    parent.node.members.push_back({std::move(parent.key), parent.key_offset, std::move(node)});
  }
}

bool NodeBuilder::keeps_children_of(JsonNode::Kind kind) const {
  if (!frames_.empty() && !frames_.back().keeps_children) return false;
  switch (how_.keep) {
    case JsonReading::Keep::everything: return true;
    case JsonReading::Keep::nothing: return false;
    case JsonReading::Keep::all_but_jobs:
      return frames_.empty() ? kind == JsonNode::Kind::object
                             : frames_.size() > 1 || frames_.back().key != "jobs";
  }
  return true;
}

bool NodeBuilder::fail(std::size_t offset, std::string message) {
  fault_ = JsonFault{offset, std::move(message)};
  return false;
}

/// The parser's own words for a bad string or number, without what it says about the place.
std::string reason_of(const nlohmann::detail::exception& why) {
  std::string_view said = why.what();
  said.remove_prefix(std::min(said.find("] "), said.size() - 2) + 2);
  if (const auto dash = said.find(" - "); dash != std::string_view::npos)
    said.remove_prefix(dash + 3);
  std::string reason = sanitize_short(said.substr(0, said.find("; last read: ")), 120);
  std::replace(reason.begin(), reason.end(), '\'', '"');
  return reason;
}

bool NodeBuilder::parse_error(std::size_t position, const std::string&,
                              const nlohmann::detail::exception& why) {
  const Token token = next_token();
  const char first = token.offset < text_.size() ? text_[token.offset] : '\0';
  const bool bad_string = first == '"' && wants_string(token);
  const bool bad_number = (first == '-' || (first >= '0' && first <= '9')) && wants_value(token);
  if (!bad_string && !bad_number) {
    return fail(token.offset,
                "expected " + expectation(token) + ", but found " + found(token.offset));
  }
  return fail(std::min(begin_ + position - 1, text_.size()), reason_of(why));
}

/// The token behind the last one that was told; at most one separator stands between them.
NodeBuilder::Token NodeBuilder::next_token() const {
  const auto skip_blanks = [&](std::size_t from) {
    return std::min(text_.find_first_not_of(kJsonBlanks, from), text_.size());
  };
  const std::size_t offset = skip_blanks(last_end_);
  const bool separated =
      offset < text_.size() && ((last_ == Last::key && text_[offset] == ':') ||
                                (last_ == Last::value && text_[offset] == ',' && !frames_.empty()));
  return separated ? Token{skip_blanks(offset + 1), true} : Token{offset, false};
}

bool NodeBuilder::wants_value(const Token& token) const {
  switch (last_) {
    case Last::nothing: return true;
    case Last::open: return !in_object();
    case Last::key: return token.after_separator;
    case Last::value: return token.after_separator && !in_object();
  }
  return false;
}

bool NodeBuilder::wants_string(const Token& token) const {
  if (wants_value(token)) return true;
  return in_object() && (last_ == Last::open || (last_ == Last::value && token.after_separator));
}

std::string NodeBuilder::expectation(const Token& token) const {
  switch (last_) {
    case Last::nothing: return "a JSON value";
    case Last::open: return in_object() ? "a key in double quotes or \"}\"" : "a value or \"]\"";
    case Last::key: return token.after_separator ? "a value after the colon" : "\":\"";
    case Last::value: break;
  }
  if (frames_.empty()) return "the end of the text";
  if (token.after_separator) {
    return in_object() ? "a key in double quotes after the comma" : "a value after the comma";
  }
  return in_object() ? "\",\" or \"}\"" : "\",\" or \"]\"";
}

std::string NodeBuilder::found(std::size_t offset) const {
  if (offset >= text_.size()) return "the end of the text";
  const std::string_view rest = text_.substr(offset);
  if (rest.front() == '"') return "a string";
  const auto is_word_byte = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  const auto word_end = std::find_if_not(rest.begin(), rest.end(), is_word_byte);
  const auto word = std::max<std::size_t>(static_cast<std::size_t>(word_end - rest.begin()), 1);
  return '"' + sanitize_short(rest.substr(0, word), kShownBytes) + '"';
}

}  // namespace

const JsonMember* JsonNode::find(std::string_view key) const {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const JsonMember& member) { return member.key == key; });
  return found == members.end() ? nullptr : &*found;
}

JsonOrFault read_json(std::string_view text, std::size_t begin, std::size_t end, JsonReading how) {
  return NodeBuilder(text.substr(0, end), begin, how).run();
}

JsonOrFault read_json(std::string_view text, JsonReading how) {
  return read_json(text, 0, text.size(), how);
}

}  // namespace fanout
