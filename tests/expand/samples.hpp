// Texts and values in few words, and results as one string that a failed check shows in full.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "expand/template.hpp"

namespace samples {

using fanout::Command;
using fanout::CommandText;
using fanout::Kwargs;
using fanout::Result;
using fanout::Value;

inline CommandText argv(std::vector<std::string> words) {
  CommandText text;
  text.words = std::move(words);
  return text;
}

inline CommandText line(std::string line) {
  CommandText text;
  text.form = CommandText::Form::line;
  text.words = {std::move(line)};
  return text;
}

inline Value string(std::string text) {
  return Value::of_string(std::move(text));
}
inline Value number(std::string digits) {
  return {Value::Kind::number, std::move(digits), {}};
}
inline Value boolean(bool value) {
  return {Value::Kind::boolean, value ? "true" : "false", {}};
}
inline Value object(std::string json) {
  return {Value::Kind::object, std::move(json), {}};
}
inline Value array(std::vector<Value> items) {
  return {Value::Kind::array, "", std::move(items)};
}
inline Value null() {
  return {};
}

inline std::vector<Value> strings(const std::vector<std::string>& texts) {
  std::vector<Value> values;
  for (const std::string& text : texts) values.push_back(string(text));
  return values;
}

inline Kwargs kwargs(std::initializer_list<Kwargs::Entry> entries) {
  Kwargs result;
  for (const auto& [key, value] : entries) result.set(key, value);
  return result;
}

struct Job {
  std::vector<std::string> args{};
  Kwargs own{};
  std::uint64_t number = 1;
};

inline bool everything_is_a_program(std::string_view) {
  return true;
}

inline Result<Command> expand_values(const CommandText& text, const std::vector<Value>& args,
                                     Kwargs own = {}, std::uint64_t number = 1) {
  auto made = fanout::Template::parse(std::make_shared<const CommandText>(text));
  if (!made) return made.error();
  auto merged = made->merge(args, std::move(own));
  if (!merged) return merged.error();
  return made->expand(args, *merged, number, everything_is_a_program);
}

inline Result<Command> expand(const CommandText& text, const Job& job = {}) {
  return expand_values(text, strings(job.args), job.own, job.number);
}

/// `[a][b c]`, slot holes as `<%>`; `error: …` for an error.
inline std::string shown(const Result<Command>& result) {
  if (!result) return "error: " + result.error().message;
  Command command = *result;
  for (auto hole = command.slot_holes.rbegin(); hole != command.slot_holes.rend(); ++hole) {
    command.argv.at(hole->word).insert(hole->offset, "<%>");
  }
  std::string text;
  for (const std::string& word : command.argv) text += "[" + word + "]";
  return text;
}

inline std::string shown(const CommandText& text, const Job& job = {}) {
  return shown(expand(text, job));
}

/// The line that /bin/sh gets; `error: …` for an error.
inline std::string shell_line(CommandText text, const Job& job = {}) {
  text.shell = CommandText::Shell::always;
  const auto result = expand(text, job);
  if (!result) return shown(result);
  Command only_line{{result->argv.at(2)}, {}};
  for (const auto& hole : result->slot_holes) only_line.slot_holes.push_back({0, hole.offset});
  const std::string in_brackets = shown(Result<Command>(only_line));
  return in_brackets.substr(1, in_brackets.size() - 2);
}

}  // namespace samples
