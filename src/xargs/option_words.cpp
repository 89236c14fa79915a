#include "xargs/option_words.hpp"

#include <algorithm>
#include <vector>

namespace fanout {
namespace {

using Value = XargsOptionSpec::Value;

// GNU's come first, in its order, which is the order in which it lists what an abbreviation can
// mean.
constexpr XargsOptionSpec kOptions[] = {
    {"null", '0', Value::none},        {"arg-file", 'a', Value::needed},
    {"delimiter", 'd', Value::needed}, {"eof", 'e', Value::optional},
    {"replace", 'i', Value::optional}, {"max-lines", 'l', Value::optional},
    {"max-args", 'n', Value::needed},  {"open-tty", 'o', Value::none},
    {"interactive", 'p', Value::none}, {"no-run-if-empty", 'r', Value::none},
    {"max-chars", 's', Value::needed}, {"verbose", 't', Value::none},
    {"show-limits", 0, Value::none},   {"exit", 'x', Value::none},
    {"max-procs", 'P', Value::needed}, {"process-slot-var", 0, Value::needed},
    {"version", 0, Value::none},       {"help", 0, Value::none},
    {"", 'E', Value::needed},          {"", 'I', Value::needed},
    {"", 'L', Value::needed},          {"group", 0, Value::none},
    {"keep-order", 0, Value::none},    {"report", 0, Value::needed},
};

// An abbreviation that GNU xargs knows goes on meaning the same, so ours are written out.
bool is_own(const XargsOptionSpec& option) {
  return option.name == "group" || option.name == "keep-order" || option.name == "report";
}

std::string quoted_name(std::string_view name) {
  return "'--" + std::string(name) + "'";
}

}  // namespace

std::span<const XargsOptionSpec> xargs_options() {
  return kOptions;
}

std::optional<OptionWords::Option> OptionWords::wrong(const std::string& message) {
  is_wrong_ = true;
  notes_.say(message);
  return std::nullopt;
}

std::optional<OptionWords::Option> OptionWords::next() {
  if (letter_ > 0) return next_letter();
  if (place_ == words_.size()) return std::nullopt;
  const std::string& word = words_[place_];
  if (word == "--") {
    ++place_;
    return std::nullopt;
  }
  if (word.starts_with("--")) return next_name();
  if (word.size() < 2 || word.front() != '-') return std::nullopt;
  letter_ = 1;
  return next_letter();
}

std::optional<OptionWords::Option> OptionWords::next_letter() {
  const std::string& word = words_[place_];
  const char letter = word[letter_++];
  const std::string rest = word.substr(letter_);
  if (rest.empty()) {
    ++place_;
    letter_ = 0;
  }
  const auto* found = std::ranges::find(kOptions, letter, &XargsOptionSpec::letter);
  if (found == std::end(kOptions)) {
    return wrong(std::string("invalid option -- '") + letter + "'");
  }
  Option option{found, std::nullopt};
  if (found->value == Value::none) return option;
  if (!rest.empty()) {
    option.value = rest;
    ++place_;
    letter_ = 0;
  } else if (found->value == Value::needed) {
    if (place_ == words_.size()) {
      return wrong(std::string("option requires an argument -- '") + letter + "'");
    }
    option.value = words_[place_++];
  }
  return option;
}

std::optional<OptionWords::Option> OptionWords::next_name() {
  const std::string& word = words_[place_++];
  const std::size_t equals = word.find('=');
  const std::string name = word.substr(2, equals == word.npos ? word.npos : equals - 2);
  const XargsOptionSpec* found = find_name(name, word);
  if (found == nullptr) return std::nullopt;
  Option option{found, std::nullopt};
  if (equals != word.npos) {
    if (found->value == Value::none) {
      return wrong("option " + quoted_name(found->name) + " doesn't allow an argument");
    }
    option.value = word.substr(equals + 1);
  } else if (found->value == Value::needed) {
    if (place_ == words_.size()) {
      return wrong("option " + quoted_name(found->name) + " requires an argument");
    }
    option.value = words_[place_++];
  }
  return option;
}

const XargsOptionSpec* OptionWords::find_name(std::string_view name, const std::string& typed) {
  std::vector<const XargsOptionSpec*> possible;
  for (const XargsOptionSpec& option : kOptions) {
    if (option.name.empty() || !option.name.starts_with(name)) continue;
    if (option.name == name) return &option;
    if (!is_own(option)) possible.push_back(&option);
  }
  if (possible.size() == 1) return possible.front();
  if (possible.empty()) {
    wrong("unrecognized option '--" + std::string(name) + typed.substr(2 + name.size()) + "'");
    return nullptr;
  }
  std::string message = "option '" + typed + "' is ambiguous; possibilities:";
  for (const XargsOptionSpec* option : possible) message += " " + quoted_name(option->name);
  wrong(message);
  return nullptr;
}

}  // namespace fanout
